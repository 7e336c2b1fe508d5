import { detectFrequency } from "./frequency.ts";
import { closesPeriods, HOLIDAYS_AT_END_MS, nearEnd } from "./gap-policy.ts";
import type { LongPeriod } from "./gap-policy.ts";
import type { Gap, Series } from "./series.ts";

const MS_PER_DAY = 86_400_000;
const DAYS_A_WEEK = 7;
/** Days from the Monday before 1970 to its first day. */
const MONDAY_BEFORE = 3;

const dayOf = (time: number): number => Math.floor(time / MS_PER_DAY);

/** The number of the week (from Monday) or month of an instant, by UTC. */
export const periodOf: Readonly<Record<LongPeriod, (time: number) => number>> = {
  WEEK: (time) => Math.floor((dayOf(time) + MONDAY_BEFORE) / DAYS_A_WEEK),
  MONTH: (time) => {
    const date = new Date(time);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  },
};

/** The first instant of a week or month, by its number. */
export const startOf: Readonly<Record<LongPeriod, (period: number) => number>> = {
  WEEK: (period) => (DAYS_A_WEEK * period - MONDAY_BEFORE) * MS_PER_DAY,
  MONTH: (period) => Date.UTC(Math.floor(period / 12), period % 12),
};

interface Close {
  readonly time: number;
  readonly value: number;
}

/**
 * The last price of each period, by the number of the period; of one whose end a gap lies over, or before the end of
 * which all prices end, there is none.
 */
export function periodCloses(
  { times, values }: Series,
  unit: LongPeriod,
  frequency = detectFrequency(times),
): Map<number, Close> {
  const last = new Map<number, Close>();
  times.forEach((time, index) => last.set(periodOf[unit](time), { time, value: values[index]! }));
  const isClose = closesPeriods(frequency, unit);
  const near = nearEnd(frequency, unit);
  return new Map(
    [...last].filter(([period, { time }], place) => {
      const end = startOf[unit](period + 1);
      return isClose(time, end) && (place < last.size - 1 || time >= end - near);
    }),
  );
}

/** Up to which day prices were asked for, and the day on which they were; epoch milliseconds. */
interface Asked {
  readonly until: number;
  readonly today: number;
}

/**
 * The closes of whole weeks or months, each at the last day of its period, so that those of several markets meet. A
 * period whose end a gap lies over has none, nor has one that is not over; a step over a gap that leaves periods out is
 * a gap, however short a holiday of weeks may be.
 */
export function wholePeriods(days: Series, unit: LongPeriod, asked: Asked): Series {
  const frequency = detectFrequency(days.times);
  const all = [...periodCloses(days, unit, frequency)];
  const [last] = all.slice(-1);
  const isWhole = last === undefined || isOver(days, last[0], unit, asked);
  const closes = isWhole ? all : all.slice(0, -1);
  const endOf = (period: number): number => startOf[unit](period + 1) - MS_PER_DAY;
  const over: Gap[] = [];
  for (const [place, [period, { time }]] of closes.entries()) {
    const [before, close] = closes[place - 1] ?? [period - 1, { time }];
    const missing = period - before - 1;
    if (missing === 0 || !frequency.gaps.some(({ from, to }) => from < time && to > close.time))
      continue;
    over.push({ from: endOf(before), to: endOf(period), missing });
  }
  return {
    times: Float64Array.from(closes, ([period]) => endOf(period)),
    values: Float64Array.from(closes, ([, { value }]) => value),
    gaps: over,
  };
}

/**
 * Whether a period is over: only days on which the series has no prices are left of it. Of a range that ended before
 * today holidays may be left, too.
 */
function isOver(
  { times }: Series,
  period: number,
  unit: LongPeriod,
  { until, today }: Asked,
): boolean {
  const end = startOf[unit](period + 1);
  if (until < today && until >= end - HOLIDAYS_AT_END_MS[unit]) return true;
  const isOpen = times.every(isWeekday) ? isWeekday : () => true;
  for (let day = until + MS_PER_DAY; day < end; day += MS_PER_DAY) if (isOpen(day)) return false;
  return true;
}

const isWeekday = (time: number): boolean => new Date(time).getUTCDay() % 6 !== 0;
