import { currencyScale, divideRounded, parseDecimal } from "@allfunds/contract/money";

/** A rate that a posting of the book recorded: one unit of `base` costs `rate` units of `quote`. */
export interface RecordedRate {
  readonly base: string;
  readonly quote: string;
  /** Decimal string. */
  readonly rate: string;
  /** Effective day of the posting. */
  readonly day: string;
  /** Book position of the posting. */
  readonly position: number;
  /** Where it is from, when it may be from elsewhere than the book. */
  readonly source?: string;
}

/** An amount in another currency, and the rate it is converted by. */
export interface Converted {
  readonly minor: bigint;
  readonly rate: RecordedRate;
}

/** Something that amounts are converted by. */
export interface Rates {
  /** Null when there is no rate of the two on or before the day. */
  convert(day: string, minor: bigint, from: string, to: string): Converted | null;
}

/** The rates of one fund's book. Of one day the last posted counts; pairs are found either way round. */
export class BookRates implements Rates {
  readonly #byPair = new Map<string, RecordedRate[]>();

  constructor(rates: Iterable<RecordedRate>) {
    for (const rate of rates) this.add(rate);
  }

  add(rate: RecordedRate): void {
    const pair = pairOf(rate.base, rate.quote);
    const known = this.#byPair.get(pair) ?? [];
    this.#byPair.set(pair, known);
    const at = indexAfter(known, rate);
    if (known[at]?.day === rate.day) return;
    const replaces = known[at - 1]?.day === rate.day;
    known.splice(replaces ? at - 1 : at, replaces ? 1 : 0, rate);
  }

  /** The latest rate between two currencies on or before a day. */
  at(day: string, one: string, other: string): RecordedRate | null {
    const known = this.#byPair.get(pairOf(one, other)) ?? [];
    return known[indexAfter(known, { day, position: Number.MAX_SAFE_INTEGER }) - 1] ?? null;
  }

  /**
   * An amount in minor units of `from` in minor units of `to`, exact but for one rounding half to even.
   * Null when the book has no rate of the two on or before the day.
   */
  convert(day: string, minor: bigint, from: string, to: string): Converted | null {
    const rate = this.at(day, from, to);
    return rate && { rate, minor: convertBy(rate, minor, from, to) };
  }
}

/** An amount by a rate, rounded half to even. */
export function convertBy(
  { base, rate }: RecordedRate,
  minor: bigint,
  from: string,
  to: string,
): bigint {
  const { unscaled, scale } = parseDecimal(rate);
  const toScale = 10n ** BigInt(currencyScale(to));
  const fromScale = 10n ** BigInt(currencyScale(from));
  const rateScale = 10n ** BigInt(scale);
  return base === from
    ? divideRounded(minor * unscaled * toScale, fromScale * rateScale, "HALF_EVEN")
    : divideRounded(minor * rateScale * toScale, fromScale * unscaled, "HALF_EVEN");
}

const pairOf = (one: string, other: string): string =>
  one < other ? `${one} ${other}` : `${other} ${one}`;

/** Where in rates that ascend by day and position one comes that is later than its equals. */
function indexAfter(
  rates: readonly RecordedRate[],
  { day, position }: Pick<RecordedRate, "day" | "position">,
): number {
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = rates[middle];
    const isLater =
      at !== undefined && (at.day > day || (at.day === day && at.position > position));
    if (isLater) high = middle;
    else low = middle + 1;
  }
  return low;
}
