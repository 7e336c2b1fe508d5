import type { ValuationCheck } from "@allfunds/contract/valuation";
import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import type { Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import * as engine from "../../engine/decide.ts";
import { ACCOUNTS, FUND_ID, NOW, posting, sampleBook } from "../../engine/sample-book.fixture.ts";
import { accountByCode } from "../accounts/account.ts";
import { administerCommands } from "../fund-terms/administered-fund.fixture.ts";
import { MODEL, type BookCommand } from "../model.ts";
import { publishedUntil } from "../published-navs/published-nav.ts";
import { INPUTS } from "./valuations.fixture.ts";

const ANN = { actor: "ann" };
const BOB = { actor: "bob" };
const NAV_DATE = "2026-09-30";
const ID = newId();

let position = 0;

/** Carries a command out and returns `ok` or the code of its refusal. */
function give(state: BookState, command: BookCommand, requester: Requester = ANN): string {
  const decision = engine.decide(MODEL, command, state, NOW, requester);
  if (!decision.accepted) return decision.refusal.code;
  for (const event of decision.events) {
    position += 1;
    const place = { position, recordedAt: NOW, actor: requester.actor };
    MODEL.eventOf(event.type)?.check?.(state, event, { place, tenantAt: () => undefined });
    engine.evolve(MODEL, state, event, place);
  }
  return "ok";
}

function administered(): BookState {
  const state = sampleBook();
  for (const command of administerCommands(FUND_ID)) expect(give(state, command)).toBe("ok");
  return state;
}

const calculate = (checks: readonly ValuationCheck[] = [], navDate = NAV_DATE, id = ID) => ({
  kind: "CalculateNav" as const,
  fundId: FUND_ID,
  valuationId: id,
  navDate,
  readAt: 1,
  tenantReadAt: 0,
  inputs: INPUTS,
  checks,
});

const publish = (readAt = 1_000_000, inputs = INPUTS, valuationId = ID) => ({
  kind: "PublishNav" as const,
  fundId: FUND_ID,
  valuationId,
  readAt,
  inputs,
});

const costs = (effectiveDate: string) =>
  posting(
    [
      ["fees", "DEBIT", "1.00"],
      ["bank", "CREDIT", "1.00"],
    ],
    { effectiveDate },
  );

describe("publishing a NAV", () => {
  test("posts the result of each class, and makes the date the last published one", () => {
    const state = administered();
    expect(give(state, calculate())).toBe("ok");
    expect(give(state, publish(), BOB)).toBe("ok");
    const balance = (code: string) => accountByCode(state, code)?.balanceMinor;
    expect([balance("3100-A"), balance("3900")]).toEqual([100n, -100n]);
    expect(publishedUntil(state)).toBe(NAV_DATE);
  });

  const blocking: ValuationCheck = {
    kind: "REGISTER",
    severity: "BLOCKING",
    threshold: "0",
    count: 1,
    rows: [{ subject: "A", found: "1.0000" }],
  };

  test.each<
    [string, Parameters<typeof calculate>[0], ReturnType<typeof publish>, Requester, string]
  >([
    ["by who calculated it", [], publish(), ANN, "NAV_SAME_PERSON"],
    [
      "through that person's client",
      [],
      publish(),
      { actor: "bot", owner: "ann" },
      "NAV_SAME_PERSON",
    ],
    ["while a blocking check is open", [blocking], publish(), BOB, "NAV_CHECKS_OPEN"],
    ["with a warning", [{ ...blocking, severity: "WARNING" }], publish(), BOB, "ok"],
    [
      "on other inputs",
      [],
      publish(1_000_000, { ...INPUTS, unallocated: "2.00" }),
      BOB,
      "NAV_INPUTS_CHANGED",
    ],
    [
      "that was never calculated",
      [],
      publish(1_000_000, INPUTS, newId()),
      BOB,
      "VALUATION_NOT_FOUND",
    ],
  ])("%s has its code", (_, checks, command, requester, expected) => {
    const state = administered();
    expect(give(state, calculate(checks))).toBe("ok");
    expect(give(state, command, requester)).toBe(expected);
  });

  test("is refused by inputs that were read before a posting up to its date", () => {
    const state = administered();
    expect(give(state, calculate())).toBe("ok");
    const readAt = position;
    expect(give(state, costs("2026-10-01"))).toBe("ok");
    expect(give(state, costs(NAV_DATE))).toBe("ok");
    expect(give(state, publish(readAt), BOB)).toBe("NAV_INPUTS_CHANGED");
    expect(give(state, publish(position), BOB)).toBe("ok");
  });

  test("happens once, and gives up what waits for the same date or an earlier one", () => {
    const state = administered();
    const [earlier, later] = [newId(), newId()];
    expect(give(state, calculate([], "2026-09-29", earlier))).toBe("ok");
    expect(give(state, calculate([], "2026-10-01", later))).toBe("ok");
    expect(give(state, calculate())).toBe("ok");
    expect(give(state, publish(), BOB)).toBe("ok");
    expect(give(state, publish(), BOB)).toBe("NAV_PUBLISHED");
    expect(give(state, publish(1_000_000, INPUTS, earlier), BOB)).toBe("NAV_INPUTS_CHANGED");
    expect(give(state, calculate([], NAV_DATE, newId()))).toBe("NAV_PUBLISHED");
    expect(
      give(state, { kind: "DiscardNav", fundId: FUND_ID, valuationId: later, reason: "-" }),
    ).toBe("ok");
  });
});

function published(): BookState {
  const state = administered();
  give(state, calculate());
  give(state, publish(), BOB);
  return state;
}

describe("a posting behind a published NAV", () => {
  test("is refused when it changes net assets", () => {
    const state = published();
    expect([give(state, costs(NAV_DATE)), give(state, costs("2026-10-01"))]).toEqual([
      "NAV_PUBLISHED",
      "ok",
    ]);
  });

  test("passes when cash moves against a payable", () => {
    const state = published();
    const payable = accountByCode(state, "2200")?.id ?? "";
    const command = {
      ...costs(NAV_DATE),
      entries: [
        { accountId: payable, side: "DEBIT" as const, amount: "5.00" },
        { accountId: ACCOUNTS.bank.id, side: "CREDIT" as const, amount: "5.00" },
      ],
    };
    expect(give(state, command)).toBe("ok");
  });
});
