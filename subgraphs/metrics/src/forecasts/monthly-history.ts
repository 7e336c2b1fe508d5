import { addMonths, monthEnd, monthStart } from "../series/calendar.ts";
import { bucketsOf } from "../series/date-range.ts";
import type { DateRange } from "../series/date-range.ts";
import { Interval } from "../series/interval.ts";

/** First days of the months a book has entries for and that are over today. */
export function completeMonths(activity: DateRange, today: string): string[] {
  const started = monthStart(activity.to);
  const last = monthEnd(started) < today ? started : addMonths(started, -1);
  const first = monthStart(activity.from);
  return first > last ? [] : bucketsOf(Interval.MONTH, { from: first, to: last });
}

/** Leaves out a first month that began before the history did: its flows are not a whole month's. */
export function wholeMonths(months: readonly string[], activity: DateRange): string[] {
  return months.filter((month) => month >= activity.from);
}
