import { detectFrequency } from "../series/frequency.ts";
import type { LongPeriod } from "../series/gap-policy.ts";
import type { Bars, Gap } from "../series/series.ts";
import { periodOf, startOf } from "../series/whole-periods.ts";

/**
 * Weeks, from Monday, or months of bars of days, in UTC, as the database makes them: a part that is not known of
 * every day is not known of the bucket, except the open, which is the first day's. A gap of the days over an end of buckets is one of the bars.
 */
export function toLongerBars(days: Bars, interval: LongPeriod): Bars {
  const rows: [number, number, number, number, number, number][] = [];
  for (let index = 0; index < days.times.length; index += 1) {
    const part = (values: Float64Array): number => values[index] ?? NaN;
    const start = startOf[interval](periodOf[interval](part(days.times)));
    const last = rows.at(-1);
    if (last?.[0] !== start) {
      const { open, high, low, close, volume } = days;
      rows.push([start, part(open), part(high), part(low), part(close), part(volume)]);
      continue;
    }
    // NaN stays NaN in each of them.
    last[2] = Math.max(last[2], part(days.high));
    last[3] = Math.min(last[3], part(days.low));
    last[4] = part(days.close);
    last[5] += part(days.volume);
  }
  const column = (index: 0 | 1 | 2 | 3 | 4 | 5) => Float64Array.from(rows, (row) => row[index]);
  return {
    times: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    gaps: detectFrequency(days.times).gaps.flatMap((gap) => gapOfBars(gap, interval)),
  };
}

/** Between the bars in which a gap of days begins and ends; none when it lies within one. */
function gapOfBars({ from, to }: Gap, interval: LongPeriod): Gap[] {
  const [first, last] = [periodOf[interval](from), periodOf[interval](to)];
  if (first === last) return [];
  return [
    { from: startOf[interval](first), to: startOf[interval](last), missing: last - first - 1 },
  ];
}
