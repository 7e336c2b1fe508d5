import type { Series } from "../series/series.ts";

/** Returns of one calendar year (UTC) as ratios. */
export interface YearOfReturns {
  readonly year: number;
  /** January to December; null without a close in the month and one to compare it with. */
  readonly months: (number | null)[];
  /** From the last close of the year before, or the first close of all, to the last of the year. */
  readonly total: number | null;
}

const MONTHS = 12;

/**
 * The table of monthly returns: the last price of a month over the last one of the month before.
 * The first month counts from the first price. A month after one without prices has no return,
 * since it would span more than itself; the year's total still has it.
 */
export function monthlyReturns(series: Series): YearOfReturns[] {
  const closes = monthlyCloses(series);
  const years = new Map<number, { months: (number | null)[]; first: number; last: number }>();
  for (const [index, { month }] of closes.entries()) {
    const year = Math.floor(month / MONTHS);
    const row = years.get(year) ?? { months: noMonths(), first: index, last: index };
    const isNext = index === 0 || closes[index - 1]!.month === month - 1;
    row.months[month % MONTHS] = isNext ? returnOver(series, closes, index, index) : null;
    years.set(year, { ...row, last: index });
  }
  return Array.from(years, ([year, { months, first, last }]) => ({
    year,
    months,
    total: returnOver(series, closes, first, last),
  }));
}

const noMonths = (): (number | null)[] => Array.from({ length: MONTHS }, () => null);

/** The last price of a month, by its place in the series; months are counted from year zero. */
interface MonthlyClose {
  readonly month: number;
  readonly index: number;
}

/** The return from before the month `first` to the end of `last`; null when it starts with them. */
function returnOver(
  { values }: Series,
  closes: readonly MonthlyClose[],
  first: number,
  last: number,
): number | null {
  const from = closes[first - 1]?.index ?? 0;
  const to = closes[last]!.index;
  return to > from ? values[to]! / values[from]! - 1 : null;
}

/** The last price of every month that has one. */
function monthlyCloses({ times }: Series): MonthlyClose[] {
  const closes: MonthlyClose[] = [];
  for (const [index, time] of times.entries()) {
    const date = new Date(time);
    const month = date.getUTCFullYear() * MONTHS + date.getUTCMonth();
    if (closes.at(-1)?.month === month) closes.pop();
    closes.push({ month, index });
  }
  return closes;
}
