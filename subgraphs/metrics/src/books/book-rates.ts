import { inverse, parseDecimal, quoted, translate } from "@allfunds/contract/money";
import type { Quotation } from "@allfunds/contract/money";
import { RecordedRates } from "../exchange-rates/recorded-rates.ts";
import type { DatedSources } from "../exchange-rates/fund-sources.ts";
import type { RecordedRate } from "../exchange-rates/recorded-rates.ts";

/** A rate as it was quoted: one unit of `base` costs `rate` units of `quote`. */
export interface NamedRate {
  readonly base: string;
  readonly quote: string;
  /** Decimal string. */
  readonly rate: string;
  /** The day it is of. */
  readonly day: string;
  /** Where it is from, when it may be from elsewhere than a posting. */
  readonly source?: string;
}

/** A rate that a posting of a fund's book stated, on its effective day. */
export interface PostedRate extends NamedRate {
  /** Book position of the posting. */
  readonly position: number;
}

/** A rate between two currencies. */
export interface FoundRate {
  /** Units of the currency converted from, for one of that converted to. */
  readonly quotation: Quotation;
  /** The day it is of: the older one of a cross. */
  readonly day: string;
  /** What it is made of: one rate, or two of a cross. */
  readonly rates: readonly NamedRate[];
}

/** An amount in another currency, and the rate it is converted by. */
export interface Converted {
  readonly minor: bigint;
  readonly found: FoundRate;
}

/** Something that amounts are converted by. */
export interface Rates {
  /** Null when no rate of the two is of the day or one before. */
  convert(day: string, minor: bigint, from: string, to: string): Converted | null;
}

/**
 * The rates of the books: those recorded in the tenant's, and those that postings of one fund's stated. The
 * newest counts; of one day a recorded one, also over a third currency, before that of a posting. Of recorded
 * ones of one pair and day that of the source which the fund prefers counts.
 */
export class BookRates implements Rates {
  readonly #recorded = new RecordedRates();
  readonly #posted = new PostedRates();
  /** What was found last of two currencies: amounts are converted day by day. */
  readonly #found = new Map<string, { day: string; rate: FoundRate | null }>();

  constructor(posted: Iterable<PostedRate>, recorded: Iterable<RecordedRate> = []) {
    for (const rate of posted) this.#posted.add(rate);
    for (const rate of recorded) this.#recorded.add(rate);
  }

  add(rate: PostedRate): void {
    this.#found.clear();
    this.#posted.add(rate);
  }

  addRecorded(rate: RecordedRate): void {
    this.#found.clear();
    this.#recorded.add(rate);
  }

  /** Prefers sources of recorded rates by the terms of the fund, which ascend by day. */
  prefer(sources: readonly DatedSources[]): void {
    this.#found.clear();
    this.#recorded.prefer(sources);
  }

  /** The newest rate of two currencies on or before a day. */
  at(day: string, from: string, to: string): FoundRate | null {
    const key = `${from} ${to}`;
    const last = this.#found.get(key);
    if (last?.day === day) return last.rate;
    const rate = this.#newest(day, from, to);
    this.#found.set(key, { day, rate });
    return rate;
  }

  /**
   * An amount in minor units of `from` in minor units of `to`, exact but for one rounding half to even.
   * Null when the books have no rate of the two on or before the day.
   */
  convert(day: string, minor: bigint, from: string, to: string): Converted | null {
    return convertBy(this.at(day, from, to), minor, from, to);
  }

  #newest(day: string, from: string, to: string): FoundRate | null {
    const recorded = this.#recorded.at(day, from, to);
    const posted = this.#posted.at(day, from, to);
    if (recorded !== null && (posted === null || posted.day <= recorded.date)) {
      const rates = recorded.records.map(({ base, quote, rate, date, source }) => {
        return { base, quote, rate, day: date, source };
      });
      return { quotation: recorded.quotation, day: recorded.date, rates };
    }
    return posted && foundOf(posted, from);
  }
}

/** An amount by a rate, rounded half to even; null without one. */
export const convertBy = (
  found: FoundRate | null,
  minor: bigint,
  from: string,
  to: string,
): Converted | null =>
  found && { found, minor: translate(minor, from, to, found.quotation, "HALF_EVEN") };

/** A single rate as one to convert from a currency by. */
export function foundOf(rate: NamedRate, from: string): FoundRate {
  const quotation = quoted(parseDecimal(rate.rate));
  return {
    quotation: rate.base === from ? inverse(quotation) : quotation,
    day: rate.day,
    rates: [rate],
  };
}

/** The rates that postings stated. Of one day the last posted counts; pairs are found either way round. */
class PostedRates {
  readonly #byPair = new Map<string, PostedRate[]>();

  add(rate: PostedRate): void {
    const pair = pairOf(rate.base, rate.quote);
    const known = this.#byPair.get(pair) ?? [];
    this.#byPair.set(pair, known);
    const at = indexAfter(known, rate);
    if (known[at]?.day === rate.day) return;
    const replaces = known[at - 1]?.day === rate.day;
    known.splice(replaces ? at - 1 : at, replaces ? 1 : 0, rate);
  }

  at(day: string, one: string, other: string): PostedRate | null {
    const known = this.#byPair.get(pairOf(one, other)) ?? [];
    return known[indexAfter(known, { day, position: Number.MAX_SAFE_INTEGER }) - 1] ?? null;
  }
}

const pairOf = (one: string, other: string): string =>
  one < other ? `${one} ${other}` : `${other} ${one}`;

/** Where in rates that ascend by day and position one comes that is later than its equals. */
function indexAfter(
  rates: readonly PostedRate[],
  { day, position }: Pick<PostedRate, "day" | "position">,
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
