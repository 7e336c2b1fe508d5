import { totalsByCurrency, type Money } from "../money/money.ts";

interface Point {
  date: string;
  amount: string;
}

/** Cash of all funds in one currency at each date; a fund keeps its last balance between dates. */
export function totalCashHistory(
  balances: readonly (readonly { date: string; cash: Money }[])[],
  currency: string,
): Point[] {
  const histories = balances.map((points) =>
    points.filter(({ cash }) => cash.currency === currency),
  );
  const dates = [...new Set(histories.flat().map(({ date }) => date))].toSorted();
  return dates.map((date) => {
    const amounts = histories
      .map((points) => points.findLast((point) => point.date <= date)?.cash)
      .filter((cash): cash is Money => cash !== undefined);
    return { date, amount: totalsByCurrency(amounts)[0]?.amount ?? "0" };
  });
}
