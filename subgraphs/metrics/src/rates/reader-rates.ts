import { divideRounded, formatScaled, parseDecimal } from "@allfunds/contract/money";
import { convertBy, foundOf } from "../books/book-rates.ts";
import type { BookRates, Converted, FoundRate, Rates } from "../books/book-rates.ts";
import { OLDEST_RATE_DAYS } from "../prices/currency-conversion.ts";
import { addDays } from "../series/calendar.ts";

/** How amounts are converted to the reader's currency, as a sentence for a metric's method. */
export const READER_RATE_RULE =
  "Converted by the newest rate of the seven days up to the day: that of the books (an exchange rate that was recorded, also over a third currency, before that of a posting of the same day), else that of currency pairs; without one by the newest of the books before.";

/** The closes of a currency pair as a step of a conversion. */
export interface PairStep {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Whether an amount of `quote` becomes one of `base`. */
  readonly isInverse: boolean;
  /** Ascending by day; each a decimal string. */
  readonly closes: readonly { readonly day: string; readonly close: string }[];
}

/** The steps from each currency to the reader's; none where currency pairs lead nowhere. */
export type PairSteps = ReadonlyMap<string, readonly PairStep[]>;

/** The rates to a reader's currency: as of each day, and never one of a later day. */
export class ReaderRates implements Rates {
  readonly #book: BookRates;
  readonly #steps: PairSteps;

  constructor(book: BookRates, steps: PairSteps) {
    this.#book = book;
    this.#steps = steps;
  }

  convert(day: string, minor: bigint, from: string, to: string): Converted | null {
    return convertBy(this.#at(day, from, to), minor, from, to);
  }

  #at(day: string, from: string, to: string): FoundRate | null {
    const found = this.#book.at(day, from, to);
    const booked = found && {
      ...found,
      rates: found.rates.map((rate) => ({ source: "book", ...rate })),
    };
    if (booked !== null && booked.day >= addDays(day, -OLDEST_RATE_DAYS)) return booked;
    return rateBySteps(day, this.#steps.get(from) ?? [], { from, to }) ?? booked;
  }
}

const CROSS_RATE_SCALE = 18;

/** The rate that one or two pairs give; null when one of them has no close of the last days. */
function rateBySteps(
  day: string,
  steps: readonly PairStep[],
  { from, to }: { readonly from: string; readonly to: string },
): FoundRate | null {
  const closes = steps.map((step) => lastClose(step, day));
  const [first] = steps;
  if (first === undefined || !closes.every((close) => close !== null)) return null;
  const oldest = closes.map((close) => close.day).toSorted()[0]!;
  const found = { day: oldest, source: steps.map(nameOf).join(", ") };
  if (steps.length === 1) {
    const { base, quote } = first;
    return foundOf({ ...found, base, quote, rate: closes[0]!.close }, from);
  }
  let [numerator, denominator] = [1n, 1n];
  for (const [index, { isInverse }] of steps.entries()) {
    const { unscaled, scale } = parseDecimal(closes[index]!.close);
    const unit = 10n ** BigInt(scale);
    numerator *= isInverse ? unit : unscaled;
    denominator *= isInverse ? unscaled : unit;
  }
  const scaled = numerator * 10n ** BigInt(CROSS_RATE_SCALE);
  const rate = formatScaled(divideRounded(scaled, denominator, "HALF_EVEN"), CROSS_RATE_SCALE);
  return foundOf({ ...found, base: from, quote: to, rate }, from);
}

const nameOf = ({ symbol }: PairStep): string => `currency pair ${symbol}`;

/** The newest close up to a day, not older than rates may be. */
function lastClose({ closes }: PairStep, day: string) {
  let [low, high] = [0, closes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (closes[middle]!.day <= day) low = middle + 1;
    else high = middle;
  }
  const close = closes[low - 1];
  return close !== undefined && close.day >= addDays(day, -OLDEST_RATE_DAYS) ? close : null;
}
