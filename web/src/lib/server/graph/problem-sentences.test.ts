import { ERROR_CODES } from "@allfunds/contract/errors";
import { expect, test } from "vitest";
import { LANGUAGES } from "../../language/languages.ts";
import { loadMessages, readCatalogue } from "../../language/load-messages.ts";
import { sentenceFor, type Wording } from "./problem-sentences.ts";

const wordingIn = async (language: Wording["language"]): Promise<Wording> => ({
  language,
  t: await loadMessages(language, null, "problems"),
});
const english = await wordingIn("en");
const german = await wordingIn("de");

test.each([
  ["INVALID_INPUT", 'Variable "$from" got invalid value "soon"; Date cannot represent it'],
  ["BAD_USER_INPUT", "Int cannot represent non-integer value: 1.5"],
  ["GRAPHQL_VALIDATION_FAILED", 'Cannot query field "x" on type "Fund".'],
  ["UPSTREAM_UNAVAILABLE", "connect ECONNREFUSED 127.0.0.1:4001"],
  ["INTERNAL_ERROR", "Cannot read properties of undefined (reading 'id')"],
  ["NOT_LISTED", "TypeError: fetch failed"],
  [undefined, "Anything at all"],
])("shows no words of a library for %s", (code, message) => {
  for (const wording of [english, german]) {
    const sentence = sentenceFor(code, message, wording);
    expect(sentence).not.toContain(message);
    expect(sentence).toMatch(/^[A-ZÄÖÜ][^$"]+\.$/);
  }
});

test.each([
  ["POSTING_PERIOD_CLOSED", "The books of October 2026 are closed."],
  ["INVALID_INPUT", "The input is not valid."],
  ["LEDGER_UNBALANCED", "The entries do not balance: 3.00 EUR more debits."],
])("keeps the graph's own sentence for %s", (code, message) => {
  expect(sentenceFor(code, message, english)).toBe(message);
});

test("puts a sentence of the reader's language before the graph's own, which has the figures", () => {
  const own = "The entries do not balance: 3.00 EUR more debits.";
  expect(sentenceFor("LEDGER_UNBALANCED", own, german)).toBe(
    `Soll und Haben sind verschieden. (\u2068${own}\u2069)`,
  );
});

test.each(LANGUAGES)("has a sentence for every code of the graph in %s", async (language) => {
  const keys = Object.keys(await readCatalogue("problems", language));
  const codes = Object.keys(ERROR_CODES).map((code) => `problem.${code}`);
  expect(codes.filter((code) => !keys.includes(code))).toEqual([]);
  const known = new Set(codes);
  expect(keys.filter((key) => /^problem\.[A-Z_]+$/.test(key) && !known.has(key))).toEqual([]);
});
