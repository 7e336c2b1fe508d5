import { registerEnumType } from "type-graphql";
import type { Frequency } from "./frequency.ts";
import type { Gap } from "./series.ts";

/** What a computation does at a gap; every answer names it as `gapPolicy`. */
export const GapPolicy = {
  /** Returns that span a gap are left out: risk and performance figures. */
  OMIT: "OMIT",
  /** The state runs on over the gap, as TA-Lib does: indicators by default. */
  CONTINUE: "CONTINUE",
  /** The state starts anew after the gap: indicators on request. */
  RESTART: "RESTART",
  /** Short gaps repeat the last value; of long ones, only what follows the last is used: forecasts. */
  CARRY_FORWARD: "CARRY_FORWARD",
} as const;
export type GapPolicy = (typeof GapPolicy)[keyof typeof GapPolicy];

registerEnumType(GapPolicy, {
  name: "GapPolicy",
  description: "What a computation does at a gap in a series.",
  valuesConfig: {
    OMIT: { description: "Changes that span a gap are left out." },
    CONTINUE: { description: "The computation runs on over the gap." },
    RESTART: { description: "The computation starts anew after the gap." },
    CARRY_FORWARD: {
      description:
        "Short gaps (a tenth of a season, at least one value) repeat the value before; of a series with a longer one, only what follows it is used.",
    },
  },
});

/** A part of a series without a gap: indexes from `start` up to, not including, `end`. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

/** The parts of a series between its gaps, in order; one part when there is no gap. */
export function segmentsBetween(times: Float64Array, gaps: readonly Gap[]): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  for (const { to } of gaps) {
    const end = indexAt(times, to);
    if (end > start) segments.push({ start, end });
    start = end;
  }
  if (times.length > start) segments.push({ start, end: times.length });
  return segments;
}

/** Index of the first instant at or after `time`. */
function indexAt(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Periods that points of days are put together to. */
export type LongPeriod = "WEEK" | "MONTH";

const MS_PER_DAY = 86_400_000;
/** Time before a period's end that weekends and holidays explain. */
export const HOLIDAYS_AT_END_MS: Readonly<Record<LongPeriod, number>> = {
  WEEK: 4 * MS_PER_DAY,
  MONTH: 5 * MS_PER_DAY,
};

/** How long before a period's end its last point may lie: without a spacing there is no limit. */
export const nearEnd = ({ name, spacingMs }: Frequency, unit: LongPeriod): number =>
  name === "IRREGULAR"
    ? Number.POSITIVE_INFINITY
    : Math.max(HOLIDAYS_AT_END_MS[unit], spacingMs + MS_PER_DAY);

/**
 * Whether the last point of a longer period, such as a month of days, is its close: not where a gap begins with it
 * long before the period's end.
 */
export function closesPeriods(
  frequency: Frequency,
  unit: LongPeriod,
): (last: number, periodEnd: number) => boolean {
  const beforeGap = new Set(frequency.gaps.map(({ from }) => from));
  const near = nearEnd(frequency, unit);
  return (last, periodEnd) => !beforeGap.has(last) || last >= periodEnd - near;
}
