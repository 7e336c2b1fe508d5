import { totalsByCurrency, type Money } from "../money/money.ts";
import type { UsedRate } from "./used-rates.ts";

/** The end of a month of a fund; a sum is null where part of it has no exchange rate. */
export interface MonthEnd {
  readonly date: string;
  readonly cash: Money | null;
  readonly netAssetValue: Money | null;
  /** What its amounts were converted by. */
  readonly rates: readonly UsedRate[];
}

/** The months of a fund, in one currency. */
export interface FundHistory {
  readonly currency: string;
  readonly points: readonly MonthEnd[];
}

interface TotalPoint {
  date: string;
  amount: string;
  rates: readonly UsedRate[];
}

/**
 * A figure of all funds in one currency at each date; a fund keeps its last figure between dates. Dates on which
 * a fund has none are left out, since a sum without it could be mistaken for the whole.
 */
export function totalHistory(
  funds: readonly FundHistory[],
  currency: string,
  figure: "cash" | "netAssetValue",
): TotalPoint[] {
  const histories = funds.filter((fund) => fund.currency === currency).map(({ points }) => points);
  return datesOf(funds, currency).flatMap((date) => {
    const last = histories.flatMap((points) => points.findLast((each) => each.date <= date) ?? []);
    const amounts = last.flatMap((point) => point[figure] ?? []);
    const rates = last.flatMap((point) => point.rates);
    return amounts.length === last.length
      ? [{ date, amount: totalsByCurrency(amounts)[0]?.amount ?? "0", rates }]
      : [];
  });
}

/** The dates of all funds in one currency, in order. */
export function datesOf(funds: readonly FundHistory[], currency: string): string[] {
  const all = funds
    .filter((fund) => fund.currency === currency)
    .flatMap(({ points }) => points.map(({ date }) => date));
  return [...new Set(all)].toSorted();
}
