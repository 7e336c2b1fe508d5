import { totalsByCurrency, type Money } from "../money/money.ts";

interface Point {
  date: string;
  amount: string;
}

/** The cash of a fund by date; null where part of it has no exchange rate. */
export interface CashHistory {
  /** The fund's currency. */
  readonly currency: string;
  readonly points: readonly { readonly date: string; readonly cash: Money | null }[];
}

/**
 * Cash of all funds in one currency at each date; a fund keeps its last balance between dates. Dates on which a
 * fund has none are left out, since a sum without it could be mistaken for the whole.
 */
export function totalCashHistory(funds: readonly CashHistory[], currency: string): Point[] {
  const histories = funds.filter((fund) => fund.currency === currency).map(({ points }) => points);
  const dates = [...new Set(histories.flat().map(({ date }) => date))].toSorted();
  return dates.flatMap((date) => {
    const last = histories.flatMap((points) => points.findLast((each) => each.date <= date) ?? []);
    const amounts = last.flatMap(({ cash }) => cash ?? []);
    return amounts.length === last.length
      ? [{ date, amount: totalsByCurrency(amounts)[0]?.amount ?? "0" }]
      : [];
  });
}
