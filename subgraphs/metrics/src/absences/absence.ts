import { CASH_RULE } from "@allfunds/contract/events";

/** Why there is no figure, by code; a place in braces is an argument. */
const SENTENCES = {
  NO_CASH_ACCOUNT: `The fund has no cash account. ${CASH_RULE}`,
  NO_RATE_FOR_HELD:
    "There is no exchange rate on or before {day} for what the fund also holds: it holds {amounts}.",
  SHORT_HISTORY: "Needs {least} days of history; the book has {days}.",
  NO_RATE_FOR_MOVED:
    "There are no exchange rates for cash that also moved in {currencies}: {amounts}.",
  NOT_BURNING: "Not burning: no more went out than came in over the last 90 days.",
  NO_RATE_FOR_CASH:
    "There are no exchange rates on or before {day} for cash that is also held: {amounts}.",
  BURN_IS_ZERO: "The burn rounds to nothing.",
  NO_RATE_OF_DAY: "There is no exchange rate to {currency} on or before {day} for {amounts}.",
  NO_RATE: "There is no exchange rate to {currency} for {amounts}.",
  NO_RATE_PATH: "There are no rates that lead from {from} to {currency}.",
  NO_RATE_OF_PRICES: "No price has a rate of its day or the seven before: {symbols} to {currency}.",
  NO_ENTRIES: "There are no entries.",
  NO_PRICES: "There are no prices.",
  NO_NAV: "The class has no published NAV in the range.",
  TOO_LARGE: "The figure is too large for a number.",
  RATE_TOO_LARGE: "The rate is too large for a number.",
  TOO_FEW_RETURNS: "Needs {least} returns; there are {count}.",
  LESS_THAN_A_YEAR: "Needs a year; the prices span {years} years.",
  IRREGULAR_PRICES:
    "Needs a regular frequency; these prices have no spacing that most of them share.",
  PRICE_NOT_POSITIVE: "A price is not above zero.",
  NO_VARIATION: "The returns do not vary.",
  NO_SHORTFALL: "No period fell short.",
  NO_LOSS_AT_QUANTILE: "The 5 % quantile is no loss.",
  NO_FALL: "The price never fell.",
  NEEDS_BENCHMARK: "Needs a benchmark.",
  BENCHMARK_PRICE_NOT_POSITIVE: "A price of the benchmark is not above zero.",
  BENCHMARK_WITHOUT_PRICES: "The benchmark has no prices: {reason}",
  BENCHMARK_FLAT: "The benchmark does not vary.",
  BENCHMARK_NEVER_ROSE: "The benchmark never rose.",
  BENCHMARK_NEVER_FELL: "The benchmark never fell.",
  SAME_AS_BENCHMARK: "The returns do not differ from the benchmark's.",
  BETA_IS_ZERO: "Beta is zero.",
  NOT_INVESTED: "The {subject} has had no capital.",
  NOT_INVESTED_ON: "The {subject} has had no capital on {day}.",
  UNFUNDED_VALUE: "The {subject} is worth something without capital.",
  UNFUNDED_VALUE_ON: "The {subject} is worth something without capital on {day}.",
  NEGATIVE_VALUE: "The {subject} is worth less than nothing.",
  NEGATIVE_VALUE_ON: "The {subject} is worth less than nothing on {day}.",
  DISORDER: "The {subject} is worth what is no number.",
  DISORDER_ON: "The {subject} is worth what is no number on {day}.",
  SEVERAL_RATES: "Several yearly rates fit: {rates}.",
  ONE_DAY: "All flows are on one day.",
  NO_YEARLY_RATE: "No yearly rate fits the flows and the value at the end.",
} as const;

export const ABSENCE_CODES = Object.keys(SENTENCES) as readonly (keyof typeof SENTENCES)[];
type AbsenceCode = keyof typeof SENTENCES;

type Places<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Places<Rest>
  : never;
type Values<Code extends AbsenceCode> = [Places<(typeof SENTENCES)[Code]>] extends [never]
  ? []
  : [values: Readonly<Record<Places<(typeof SENTENCES)[Code]>, string | number>>];

/** A reason with what it was worded with. */
interface Absence {
  readonly code: AbsenceCode;
  readonly arguments: readonly { readonly name: string; readonly value: string }[];
}

const PLACE = /\{(\w+)\}/g;

/** The sentence of a reason: the form in which figures, caches and threads hand it on. */
export function absence<Code extends AbsenceCode>(code: Code, ...[values]: Values<Code>): string {
  const given: Readonly<Record<string, string | number>> = values ?? {};
  return SENTENCES[code].replaceAll(PLACE, (place, name: string) => String(given[name] ?? place));
}

const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);

/** Each sentence as the pattern that it is read back by. */
const PATTERNS = ABSENCE_CODES.map((code) => {
  const [first = "", ...rest] = SENTENCES[code].split(PLACE);
  const names = rest.filter((_, index) => index % 2 === 0);
  const texts = rest.filter((_, index) => index % 2 === 1);
  const pattern = new RegExp(
    `^${escaped(first)}${texts.map((text) => `(.+?)${escaped(text)}`).join("")}$`,
  );
  return { code, names, pattern };
});

/** The code and the arguments that a sentence was worded with; null for one that is none of these. */
export function readAbsence(sentence: string): Absence | null {
  for (const { code, names, pattern } of PATTERNS) {
    const found = pattern.exec(sentence);
    if (found === null) continue;
    const values = names.map((name, index) => ({ name, value: found[index + 1] ?? "" }));
    return { code, arguments: values };
  }
  return null;
}
