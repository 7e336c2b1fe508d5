import { expect, test } from "vitest";
import type { BankStatementLine } from "../bank-files/statement.ts";
import { fingerprints } from "./line-identity.ts";

const line = (more: Partial<BankStatementLine>): BankStatementLine => ({
  fileLine: 1,
  amountMinor: 100n,
  effectiveDate: "2026-01-02",
  bookingDate: "2026-01-02",
  description: "Coffee",
  reference: null,
  counterparty: undefined,
  reversal: false,
  details: {},
  ...more,
});

test("equal lines of one file are distinguished, and recognised in another file", () => {
  const coffee = [line({ fileLine: 2 }), line({ fileLine: 3 })];
  const [first, second] = fingerprints(coffee);
  expect(first).not.toBe(second);
  expect(fingerprints([line({ fileLine: 9 }), line({ description: "Tea" })])[0]).toBe(first);
});

test("the bank's number counts more than the text", () => {
  const [first, second] = fingerprints([line({ reference: "1" }), line({ reference: "2" })]);
  expect(first).not.toBe(second);
  expect(fingerprints([line({ reference: "1", description: "Coffee, corrected" })])[0]).toBe(first);
});
