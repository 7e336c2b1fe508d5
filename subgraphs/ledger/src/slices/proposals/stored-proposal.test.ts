import { expect, test } from "vitest";
import type { Command } from "../../engine/book.ts";
import {
  FUND_ID,
  NOW,
  decide,
  posting,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import { readStored, type Model } from "../../engine/slice.ts";
import { MODEL, type BookCommand } from "../model.ts";
import { proposalIdOf } from "./proposal.ts";

const command = posting([
  ["bank", "DEBIT", "60.00"],
  ["capital", "CREDIT", "60.00"],
]);

/** A book with a posting that waits, and the command to approve it in some form. */
function waiting(form: object, schema: number) {
  const state = sampleBook();
  const limit = { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR" } as const;
  expect(run(state, { ...limit, amount: "50.00" })).toBe("ok");
  expect(run(state, command)).toBe("ok");
  const totals = [{ currency: "EUR", amountMinor: 6_000n }];
  const approve: BookCommand = {
    kind: "ApproveProposal",
    fundId: FUND_ID,
    proposalId: proposalIdOf(command.transactionId),
    proposed: { command: form as { kind: string }, schema, totals },
  };
  const decision = decide(approve, state, NOW, { actor: "checker" });
  return decision.accepted ? decision.events.map(({ type }) => type) : decision.refusal.code;
}

test.each([
  ["as it waited", command, 1, ["ProposalApproved", "TransactionPosted"]],
  ["of a version that this one does not know", command, 2, "INVALID_INPUT"],
  ["without what it needs", { ...command, entries: undefined }, 1, "INVALID_INPUT"],
  ["of a kind that never waits", { kind: "OpenFund" }, 1, "INVALID_INPUT"],
  ["of no kind", { kind: "Nothing" }, 1, "INVALID_INPUT"],
  [
    "of a larger amount than was shown",
    {
      ...command,
      entries: command.entries.map((entry) => ({ ...entry, amount: "60.01" })),
    },
    1,
    "PROPOSAL_EXCEEDED",
  ],
] as const)("what waits is approved in a form %s: %s", (_what, form, schema, expected) => {
  expect(waiting(form, schema)).toEqual(expected);
});

const renamed =
  (from: string, to: string) =>
  ({ kind, ...json }: Command): Command => ({
    kind,
    ...json,
    [to]: (json as Record<string, unknown>)[from],
  });

test("a form of an earlier version is turned into the next one, step by step, up to this version's", () => {
  const read = MODEL.commandOf("PostTransaction");
  const upgrades = [renamed("words", "text"), renamed("text", "description")];
  const model: Model = { ...MODEL, commandOf: () => ({ ...read, upgrades }) };
  const { description, ...rest } = command;
  const stored = (more: object, schema: number): string => {
    const form = { command: { ...rest, ...more } as Command, schema };
    return (readStored(model, form) as typeof command).description;
  };
  expect(stored({ words: description }, 1)).toBe(description);
  expect(stored({ text: description }, 2)).toBe(description);
  expect(stored({ description }, 3)).toBe(description);
  expect(() => stored({ description }, 4)).toThrow("propose it anew");
  expect(() => stored({ words: description }, 2)).toThrow("propose it anew");
});
