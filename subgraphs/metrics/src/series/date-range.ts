import { invalidInput } from "@allfunds/contract/errors";
import { addDays, addMonths, daysBetween, earlier, later, monthStart } from "./calendar.ts";
import { Interval } from "./interval.ts";

export interface DateRange {
  from: string;
  to: string;
}

/** Most buckets one answer holds: ten years of days. */
const MOST_DAYS = 3_660;
const DEFAULT_DAYS = 365;
const DEFAULT_MONTHS = 36;

/**
 * The dates a series covers: what was asked for, within the days the fund has a history of.
 * Null when the two do not meet. A range that is too long or runs backwards is INVALID_INPUT.
 */
export function clipToHistory(
  interval: Interval,
  asked: { from?: string | null | undefined; to?: string | null | undefined },
  history: DateRange,
): DateRange | null {
  if (asked.from && asked.to && asked.from > asked.to) throw invalidInput("from", "is after to");
  const to = earlier(asked.to ?? history.to, history.to);
  const from = later(asked.from ?? defaultStart(interval, to), history.from);
  if (from > to) return null;
  if (interval === Interval.DAY && daysBetween(from, to) >= MOST_DAYS) {
    throw invalidInput("from", `a daily series holds at most ${MOST_DAYS} days; ask for months`);
  }
  return interval === Interval.MONTH ? { from: monthStart(from), to } : { from, to };
}

const defaultStart = (interval: Interval, to: string): string =>
  interval === Interval.DAY ? addDays(to, 1 - DEFAULT_DAYS) : addMonths(to, 1 - DEFAULT_MONTHS);

/** First days of all buckets of a range, empty ones included. */
export function bucketsOf(interval: Interval, { from, to }: DateRange): string[] {
  const buckets: string[] = [];
  const next = (day: string) => (interval === Interval.DAY ? addDays(day, 1) : addMonths(day, 1));
  const first = interval === Interval.DAY ? from : monthStart(from);
  for (let bucket = first; bucket <= to; bucket = next(bucket)) buckets.push(bucket);
  return buckets;
}
