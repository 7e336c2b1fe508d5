/** What stands in the place of an amount that is hidden. */
export const HIDDEN_AMOUNT = "\u2022\u2022\u2022";

const NUMBER = String.raw`[-+\u2212]?\d(?:[\d.,'\u00a0\u202f]*\d)?`;
const BEFORE_CURRENCY = new RegExp(String.raw`(?<![\w.,])${NUMBER}(?=[ \u00a0]?[A-Z]{3}\b)`, "g");
const AFTER_CURRENCY = new RegExp(String.raw`(?<=\b[A-Z]{3}[ \u00a0])${NUMBER}(?![\w.,]*\d)`, "g");
const AFTER_SIGN = new RegExp(String.raw`(?<=[$\u20ac\u00a3\u00a5\u20aa][ \u00a0]?)${NUMBER}`, "g");

/** A sentence whose numbers beside a currency are hidden. */
export const withHiddenAmounts = (sentence: string): string =>
  [BEFORE_CURRENCY, AFTER_CURRENCY, AFTER_SIGN].reduce(
    (text, pattern) => text.replaceAll(pattern, HIDDEN_AMOUNT),
    sentence,
  );
