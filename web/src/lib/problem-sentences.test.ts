import { expect, test } from "vitest";
import { sentenceFor } from "./problem-sentences.ts";

test.each([
  ["INVALID_INPUT", 'Variable "$from" got invalid value "soon"; Date cannot represent it'],
  ["BAD_USER_INPUT", "Int cannot represent non-integer value: 1.5"],
  ["GRAPHQL_VALIDATION_FAILED", 'Cannot query field "x" on type "Fund".'],
  ["UPSTREAM_UNAVAILABLE", "connect ECONNREFUSED 127.0.0.1:4001"],
  ["INTERNAL_ERROR", "Cannot read properties of undefined (reading 'id')"],
  ["NOT_LISTED", "TypeError: fetch failed"],
  [undefined, "Anything at all"],
])("shows no words of a library for %s", (code, message) => {
  const sentence = sentenceFor(code, message);
  expect(sentence).not.toBe(message);
  expect(sentence).toMatch(/^[A-Z][^$"]+\.$/);
});

test.each([
  ["POSTING_PERIOD_CLOSED", "The books of October 2026 are closed."],
  ["INVALID_INPUT", "The input is not valid."],
  ["LEDGER_UNBALANCED", "The entries do not balance: 3.00 EUR more debits."],
])("keeps the graph's own sentence for %s", (code, message) => {
  expect(sentenceFor(code, message)).toBe(message);
});
