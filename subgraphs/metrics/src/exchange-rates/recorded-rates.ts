import { rateBetween } from "@allfunds/contract/money";
import type { DatedRate, RateUsed } from "@allfunds/contract/money";
import type { DatedSources } from "./fund-sources.ts";

/** An exchange rate of the tenant's own book. Of a pair, a day and a source, the last that was recorded. */
export interface RecordedRate extends DatedRate {
  /** Who quoted it: `ECB`. */
  readonly source: string;
  /** Position of its record in the book, and its place in that record. */
  readonly position: number;
  readonly line: number;
}

/**
 * Recorded rates of several days, from which the newest on or before a day are taken: of one day that of the
 * source which the fund's terms prefer on the day that is converted, else the last record.
 */
export class RecordedRates {
  /** By pair as it was quoted; each ascends by day. */
  readonly #byPair = new Map<string, RecordedRate[]>();
  #preferred: readonly DatedSources[] = [];

  /** Rates of one pair are added in any order; of one pair, day and source they are the same. */
  add(rate: RecordedRate): void {
    const key = `${rate.base} ${rate.quote}`;
    const ofPair = this.#byPair.get(key) ?? [];
    this.#byPair.set(key, ofPair);
    const end = countUpTo(ofPair, rate.date);
    if (!sameDay(ofPair, end, rate.date).some(({ source }) => source === rate.source)) {
      ofPair.splice(end, 0, rate);
    }
  }

  /** Prefers the sources of the fund's terms, which ascend by day. */
  prefer(sources: readonly DatedSources[]): void {
    this.#preferred = sources;
  }

  /** Units of `from` for one of `to` on a day, by the rule that the ledger converts by. */
  at(day: string, from: string, to: string): RateUsed<RecordedRate> | null {
    const sources = this.#preferred.findLast((dated) => dated.from <= day)?.sources ?? [];
    const newest = [...this.#byPair.values()].flatMap((ofPair) => {
      const end = countUpTo(ofPair, day);
      const last = ofPair[end - 1];
      if (last === undefined) return [];
      return sameDay(ofPair, end, last.date)
        .toSorted((a, b) => byPrecedence(sources, a, b))
        .slice(0, 1);
    });
    return rateBetween(newest, from, to);
  }
}

/** The rates of a day that end before an index. */
function sameDay(rates: readonly RecordedRate[], end: number, day: string): RecordedRate[] {
  let start = end;
  while (rates[start - 1]?.date === day) start -= 1;
  return rates.slice(start, end);
}

function byPrecedence(sources: readonly string[], a: RecordedRate, b: RecordedRate): number {
  const rank = ({ source }: RecordedRate): number => {
    const index = sources.indexOf(source);
    return index === -1 ? sources.length : index;
  };
  return rank(a) - rank(b) || b.position - a.position || b.line - a.line;
}

/** How many rates that ascend by day are of a day or of one before it. */
function countUpTo(rates: readonly DatedRate[], day: string): number {
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rates[middle]!.date <= day) low = middle + 1;
    else high = middle;
  }
  return low;
}
