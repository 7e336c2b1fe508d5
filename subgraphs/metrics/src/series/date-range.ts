import { invalidInput } from "@allfunds/contract/errors";
import { registerEnumType } from "type-graphql";
import { addDays, addMonths, daysBetween, earlier, later, monthStart } from "./calendar.ts";

/** Length of the buckets of a series. */
export const Interval = { DAY: "DAY", MONTH: "MONTH" } as const;
export type Interval = (typeof Interval)[keyof typeof Interval];

registerEnumType(Interval, {
  name: "Interval",
  description: "Length of the buckets of a time series: calendar days or calendar months.",
});

export interface DateRange {
  from: string;
  to: string;
}

/** Most buckets one response holds: ten years of days. */
const MOST_DAYS = 3_660;
const DEFAULT_DAYS = 365;
const DEFAULT_MONTHS = 36;

/**
 * The dates a series covers: the requested range, within the days the fund has a history of.
 * Null when the two do not meet. A range that is too long or runs backwards is INVALID_INPUT.
 */
export function clipToHistory(
  interval: Interval,
  requested: { from?: string | null | undefined; to?: string | null | undefined },
  history: DateRange,
): DateRange | null {
  if (requested.from && requested.to && requested.from > requested.to)
    throw invalidInput("from", "is after to");
  const to = earlier(requested.to ?? history.to, history.to);
  const from = later(requested.from ?? defaultStart(interval, to), history.from);
  if (from > to) return null;
  if (interval === Interval.DAY && daysBetween(from, to) >= MOST_DAYS) {
    throw invalidInput(
      "from",
      `a daily series holds at most ${MOST_DAYS} days; use the interval MONTH`,
    );
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
