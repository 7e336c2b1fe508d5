import { earlier, monthEnd } from "../series/calendar.ts";
import { bucketsOf } from "../series/date-range.ts";
import type { DateRange } from "../series/date-range.ts";
import { Interval } from "../series/interval.ts";
import type { FundBucket, FundSums } from "../series/read-fund-series.ts";

/** Balances at the end of a bucket, in minor units of the fund's currency. */
export interface BalancePoint {
  /** Last day of the bucket that counts. */
  date: string;
  cash: bigint;
  assets: bigint;
  liabilities: bigint;
  /** True when net assets in another currency make the net asset value unknown. */
  holdsOtherCurrencies: boolean;
}

export interface BalanceSource {
  currency: string;
  /** Sums of everything before the range, by currency. */
  opening: ReadonlyMap<string, FundSums>;
  /** Changes within the range, ascending. */
  buckets: readonly FundBucket[];
}

/** Runs the balances through every bucket of a range, those without a change included. */
export function balancePoints(
  interval: Interval,
  range: DateRange,
  { currency, opening, buckets }: BalanceSource,
): BalancePoint[] {
  const own = { cash: 0n, assets: 0n, liabilities: 0n, ...opening.get(currency) };
  const otherNet = new Map<string, bigint>();
  for (const [other, { assets, liabilities }] of opening) {
    if (other !== currency) otherNet.set(other, assets - liabilities);
  }
  let next = 0;
  return bucketsOf(interval, range).map((bucket) => {
    for (; buckets[next]?.bucket === bucket; next++) {
      const change = buckets[next]!;
      if (change.currency === currency) {
        own.cash += change.cash;
        own.assets += change.assets;
        own.liabilities += change.liabilities;
        continue;
      }
      const before = otherNet.get(change.currency) ?? 0n;
      otherNet.set(change.currency, before + change.assets - change.liabilities);
    }
    return {
      date: interval === Interval.DAY ? bucket : earlier(monthEnd(bucket), range.to),
      cash: own.cash,
      assets: own.assets,
      liabilities: own.liabilities,
      holdsOtherCurrencies: [...otherNet.values()].some((net) => net !== 0n),
    };
  });
}
