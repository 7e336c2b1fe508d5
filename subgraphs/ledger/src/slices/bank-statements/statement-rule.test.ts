import { describe, expect, test } from "vitest";
import { checkRules, ruleOf, type StatementRule } from "./statement-rule.ts";
import type { BankStatementLine } from "../bank-files/statement.ts";

const line = (more: Partial<BankStatementLine>): BankStatementLine => ({
  fileLine: 1,
  effectiveDate: "2026-06-30",
  bookingDate: "2026-06-30",
  amountMinor: -1000n,
  description: "Kontoführung 06/2026",
  reference: null,
  counterparty: "Bankhaus Seegarten",
  reversal: false,
  details: {},
  ...more,
});

const RULES: readonly StatementRule[] = [
  { contains: ["Miete", "KONTOFÜHRUNG"], direction: "OUT", accountId: "fees" },
  { contains: ["seegarten"], direction: "OUT", accountId: "bank-costs" },
  { contains: ["seegarten"], direction: "IN", accountId: "interest" },
];

describe("statement rules", () => {
  test.each<[string, Partial<BankStatementLine>, string | undefined]>([
    ["the first that fits, by any of its texts in any case", {}, "fees"],
    ["a later one by the other party", { description: "SWIFT" }, "bank-costs"],
    ["one of the line's direction", { amountMinor: 500n }, "interest"],
    ["that of the original for a reversal", { amountMinor: 1000n, reversal: true }, "fees"],
    ["none", { description: "SWIFT", counterparty: undefined }, undefined],
  ])("choose %s", (_name, more, expected) => {
    expect(ruleOf(RULES, line(more))?.accountId).toBe(expected);
  });

  test.each([[[]], [[""]], [["x".repeat(141)]], [Array.from({ length: 51 }, () => "x")]])(
    "refuse to look for %j",
    (contains) => {
      expect(() => {
        checkRules([{ contains, direction: "IN", accountId: "a" }]);
      }).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    },
  );
});
