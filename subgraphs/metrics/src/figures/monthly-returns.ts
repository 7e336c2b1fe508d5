import { detectFrequency } from "../series/frequency.ts";
import { closesPeriods } from "../series/gap-policy.ts";
import type { Series } from "../series/series.ts";

/** Returns of one calendar year (UTC) as ratios. */
export interface YearOfReturns {
  readonly year: number;
  /** January to December; null without a close of the month and one to compare it with. */
  readonly months: (number | null)[];
  /** From the close of the year before, or the first price of all, to that of the year. */
  readonly total: number | null;
}

const MONTHS = 12;

/**
 * The table of monthly returns: the last price of a month over the last one of the month before. The first month
 * counts from the first price, the last one to the last price. A month without a close, and the one after it, have
 * no return, since it would span less or more than the month; the same holds for years.
 */
export function monthlyReturns(series: Series): YearOfReturns[] {
  const isClose = closesPeriods(detectFrequency(series.times), "MONTH");
  const rows = new Map<number, YearOfReturns>();
  for (const { period, growth } of returnsOf(series, closesOf(series, isClose, 1))) {
    const year = Math.floor(period / MONTHS);
    const row = rows.get(year) ?? { year, months: noMonths(), total: null };
    row.months[period % MONTHS] = growth;
    rows.set(year, row);
  }
  for (const { period, growth } of returnsOf(series, closesOf(series, isClose, MONTHS))) {
    const row = rows.get(period);
    if (row !== undefined) rows.set(period, { ...row, total: growth });
  }
  return [...rows.values()];
}

const noMonths = (): (number | null)[] => Array.from({ length: MONTHS }, () => null);

/** The last price of a period of months, by its place in the series; periods are counted from year zero. */
interface Close {
  readonly period: number;
  readonly index: number;
  /** False where prices end before the period does, because of a gap. */
  readonly isAtEnd: boolean;
}

/** The returns of periods; null without a close at the end of the period, or of the one before it. */
const returnsOf = ({ values }: Series, closes: readonly Close[]) =>
  closes.map(({ period, index, isAtEnd }, place) => {
    const before = closes[place - 1];
    const from = before?.index ?? 0;
    const isWhole =
      isAtEnd && (before === undefined || (before.isAtEnd && before.period === period - 1));
    return { period, growth: isWhole && index > from ? values[index]! / values[from]! - 1 : null };
  });

/** The last price of every period of so many months that has one. */
function closesOf({ times }: Series, isClose: IsClose, months: number): Close[] {
  const closes: Close[] = [];
  for (const [index, time] of times.entries()) {
    const date = new Date(time);
    const period = Math.floor((date.getUTCFullYear() * MONTHS + date.getUTCMonth()) / months);
    if (closes.at(-1)?.period === period) closes.pop();
    closes.push({ period, index, isAtEnd: isClose(time, startOf((period + 1) * months)) });
  }
  return closes;
}

type IsClose = ReturnType<typeof closesPeriods>;

/** The first instant of a month that is counted from year zero. */
const startOf = (month: number): number => Date.UTC(Math.floor(month / MONTHS), month % MONTHS);
