import { expect, test } from "vitest";
import { inNotation } from "./in-notation.ts";

const reader = {
  day: (day: string) => `<${day}>`,
  money: ({ amount, currency }: { amount: string; currency: string }) => `[${amount}|${currency}]`,
};

test.each([
  [
    'The payment to "Wasserwerk" of about 13577.68 EUR is overdue since 2026-11-27.',
    'The payment to "Wasserwerk" of about [13577.68|EUR] is overdue since <2026-11-27>.',
  ],
  ["from -1.500 KWD to 2.250 KWD", "from [-1.500|KWD] to [2.250|KWD]"],
  // What is no amount of money, and what is grouped already.
  ["4 is more frequent than its 9.7 %.", "4 is more frequent than its 9.7 %."],
  ["390,000.93 EUR, contract 2026-11-271", "390,000.93 EUR, contract 2026-11-271"],
])("writes days and amounts of %j as the reader does", (sentence, expected) => {
  const written = inNotation(sentence, reader);
  expect(written.replaceAll(/[\u2068\u2069]/g, "")).toBe(expected);
  // Each in isolation: a Hebrew day within an English sentence would be torn apart.
  expect(written.match(/\u2068[^\u2068]*\u2069/g)?.length ?? 0).toBe(
    expected.match(/[<[]/g)?.length ?? 0,
  );
});
