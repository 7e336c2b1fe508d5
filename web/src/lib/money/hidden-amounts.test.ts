import { expect, test } from "vitest";
import { withHiddenAmounts } from "./hidden-amounts.ts";

test.each([
  ["Cash stands at 522070.07 EUR.", "Cash stands at \u2022\u2022\u2022 EUR."],
  ["\u22121,234.50\u00a0USD and 3 JPY", "\u2022\u2022\u2022\u00a0USD and \u2022\u2022\u2022 JPY"],
  ["EUR 1.234,50, then \u20ac12", "EUR \u2022\u2022\u2022, then \u20ac\u2022\u2022\u2022"],
  ["12 payments on 2026-11-20, 1.5% a year", "12 payments on 2026-11-20, 1.5% a year"],
])("hides the numbers beside a currency in %j", (sentence, hidden) => {
  expect(withHiddenAmounts(sentence)).toBe(hidden);
});
