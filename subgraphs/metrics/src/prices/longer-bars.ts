import type { Bars } from "../series/series.ts";

const MS_PER_DAY = 86_400_000;
/** The first Monday since 1970. */
const FIRST_MONDAY_MS = 4 * MS_PER_DAY;

type StartOf = (time: number) => number;

const startOfWeek: StartOf = (time) =>
  Math.floor((time - FIRST_MONDAY_MS) / (7 * MS_PER_DAY)) * 7 * MS_PER_DAY + FIRST_MONDAY_MS;

const startOfMonth: StartOf = (time) => {
  const at = new Date(time);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
};

/**
 * Weeks, from Monday, or months of bars of days, in UTC, as the database makes them: a part that is not known of
 * every day is not known of the bucket, except the open, which is the first day's.
 */
export function toLongerBars(days: Bars, interval: "WEEK" | "MONTH"): Bars {
  const startOf = interval === "WEEK" ? startOfWeek : startOfMonth;
  const rows: [number, number, number, number, number, number][] = [];
  for (let index = 0; index < days.times.length; index += 1) {
    const part = (values: Float64Array): number => values[index] ?? NaN;
    const start = startOf(part(days.times));
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
  };
}
