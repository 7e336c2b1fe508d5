import { rateBetween } from "@allfunds/contract/money";
import type { DatedRate, RateUsed } from "@allfunds/contract/money";

/** An exchange rate of the tenant's own book. Of a pair and a day, the last that was recorded. */
export interface RecordedRate extends DatedRate {
  /** Who quoted it: `ECB`. */
  readonly source: string;
}

/** Recorded rates of several days, from which the newest on or before a day are taken. */
export class RecordedRates {
  /** By pair as it was quoted; each ascends by day. */
  readonly #byPair = new Map<string, RecordedRate[]>();

  /** Rates of one pair are added in any order; of one pair and day they are the same. */
  add(rate: RecordedRate): void {
    const key = `${rate.base} ${rate.quote}`;
    const ofPair = this.#byPair.get(key) ?? [];
    this.#byPair.set(key, ofPair);
    const at = countUpTo(ofPair, rate.date);
    if (ofPair[at - 1]?.date !== rate.date) ofPair.splice(at, 0, rate);
  }

  /** Units of `from` for one of `to` on a day, by the rule that the ledger converts by. */
  at(day: string, from: string, to: string): RateUsed<RecordedRate> | null {
    const newest = [...this.#byPair.values()].flatMap((ofPair) => {
      const rate = ofPair[countUpTo(ofPair, day) - 1];
      return rate === undefined ? [] : [rate];
    });
    return rateBetween(newest, from, to);
  }
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
