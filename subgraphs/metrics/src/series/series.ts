import { invalidInput } from "@allfunds/contract/errors";

/** Values at instants: `times` are epoch milliseconds (UTC), strictly ascending; `values` are finite. */
export interface Series {
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** Gaps besides those of its own spacing: of the days that weeks and months are made of. */
  readonly gaps?: readonly Gap[];
}

/** A hole longer than the calendar explains: the instants before and after it. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Points that the calendar expects in between. */
  readonly missing: number;
}

/** Bars of a price: NaN where a part is unknown, `close` never is. */
export interface Bars {
  readonly times: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** As those of a series. */
  readonly gaps?: readonly Gap[];
  /** For an average of a variable period: the bars it is taken over, of another series. */
  readonly periods?: Float64Array;
}

/**
 * A series of checked parts. Lengths that differ, instants that do not ascend and values that are
 * not finite are INVALID_INPUT.
 */
export function createSeries(times: Float64Array, values: Float64Array): Series {
  if (times.length !== values.length) throw invalidInput("values", "must be as many as the times");
  requireAscending(times);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw invalidInput(`values[${bad}]`, "must be a finite number");
  return { times, values };
}

/** Refuses instants that are not finite or do not ascend: INVALID_INPUT names the first one. */
export function requireAscending(times: Float64Array): void {
  let previous = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < times.length; index++) {
    const time = times[index]!;
    if (!Number.isFinite(time)) throw invalidInput(`times[${index}]`, "must be a finite number");
    if (time <= previous)
      throw invalidInput(`times[${index}]`, "must be later than the one before");
    previous = time;
  }
}

/** The closing prices of bars; the arrays are shared, not copied. */
export const closesOf = ({ times, close }: Bars): Series => ({ times, values: close });

/** Bars of which only the closes are known. */
export function barsOfCloses({ times, values }: Series): Bars {
  const unknown = new Float64Array(times.length).fill(Number.NaN);
  return { times, open: unknown, high: unknown, low: unknown, close: values, volume: unknown };
}

/** The part of a series from index `start` up to, not including, `end`; the arrays are shared. */
export const sliceSeries = ({ times, values }: Series, start: number, end?: number): Series => ({
  times: times.subarray(start, end),
  values: values.subarray(start, end),
});
