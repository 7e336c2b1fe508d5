import { newId } from "@allfunds/platform/ids";
import * as engine from "../../engine/decide.ts";
import { FUND_ID, NOW, sampleBook } from "../../engine/sample-book.fixture.ts";
import { administerCommands } from "../fund-terms/administered-fund.fixture.ts";
import { MODEL, type BookCommand, type BookEvent } from "../model.ts";
import { INPUTS } from "./valuations.fixture.ts";

const NAV_DATE = "2026-09-30";

const calculate = (valuationId: string): BookCommand => ({
  kind: "CalculateNav",
  fundId: FUND_ID,
  valuationId,
  navDate: NAV_DATE,
  readAt: 1,
  tenantReadAt: 0,
  inputs: INPUTS,
  checks: [],
});

/** One event of each type of valuations, as an administered fund's book leads to it. */
export function valuationEvents(): BookEvent[] {
  const state = sampleBook();
  const [discarded, published] = [newId(), newId()];
  const given: readonly (readonly [BookCommand, actor: string])[] = [
    ...administerCommands(FUND_ID).map((command) => [command, "ann"] as const),
    [calculate(discarded), "ann"],
    [{ kind: "DiscardNav", fundId: FUND_ID, valuationId: discarded, reason: "Wrong day" }, "ann"],
    [calculate(published), "ann"],
    [
      {
        kind: "PublishNav",
        fundId: FUND_ID,
        valuationId: published,
        readAt: 1_000_000,
        inputs: INPUTS,
      },
      "bob",
    ],
  ];
  return given
    .flatMap(([command, actor], index) => {
      const decision = engine.decide(MODEL, command, state, NOW, { actor });
      if (!decision.accepted) throw decision.refusal;
      for (const event of decision.events) {
        engine.evolve(MODEL, state, event, { position: index + 1, recordedAt: NOW, actor });
      }
      return decision.events as BookEvent[];
    })
    .filter(({ type }) => type.startsWith("Nav"));
}
