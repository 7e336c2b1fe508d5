import { expect, test } from "vitest";
import type { BankStatementLine } from "../bank-files/statement.ts";
import { Identities, lineNamer } from "./line-identity.ts";

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

/** Of "Coffee", of the bank's number 1, and of a second "Coffee" of the day. */
const IDENTITIES = [
  "31307130-3f1c-8c8c-a731-9e20451a8b77",
  "9597ff01-67dc-8b43-a3c2-9ed9a2bbdd4b",
  "c8fb691a-21ac-8253-9dde-f0d273b53886",
];

const name = (...lines: readonly BankStatementLine[]): string[] =>
  lines.map(lineNamer("account", lines.length));

test("equal lines of one file are distinguished, and recognised in another file", () => {
  const [first, second] = name(line({ fileLine: 2 }), line({ fileLine: 3 }));
  expect(first).not.toBe(second);
  expect(name(line({ fileLine: 9 }), line({ description: "Tea" }))[0]).toBe(first);
});

test("each line of a long file has an identity of its own, the tenth of ten equal ones, too", () => {
  const lines = Array.from({ length: 50_000 }, (_, nth) => line({ reference: `${nth % 5_000}` }));
  expect(new Set(name(...lines)).size).toBe(lines.length);
});

test("the bank's number counts more than the text", () => {
  const [first, second] = name(line({ reference: "1" }), line({ reference: "2" }));
  expect(first).not.toBe(second);
  expect(name(line({ reference: "1", description: "Coffee, corrected" }))[0]).toBe(first);
});

test("what a line was posted under stays the same in later versions", () => {
  const equal = [line({}), line({ reference: "1" }), line({})];
  expect(name(...equal)).toEqual(IDENTITIES);
  const kept = new Identities(3);
  for (const [at, identity] of IDENTITIES.entries()) kept.set(at, identity);
  expect([0, 1, 2].map((at) => kept.get(at))).toEqual(IDENTITIES);
});
