import { ExponentialMovingAverage } from "./exponential-moving-average.ts";
import { SimpleMovingAverage } from "./simple-moving-average.ts";
import { WeightedMovingAverage } from "./weighted-moving-average.ts";

/** An indicator that is fed one value at a time; it answers NaN until its first window is full. */
export interface StreamingIndicator {
  next(value: number): number;
}

export const MOVING_AVERAGE_KINDS = ["SMA", "EMA", "WMA"] as const;
export type MovingAverageKind = (typeof MOVING_AVERAGE_KINDS)[number];

const AVERAGES: Readonly<Record<MovingAverageKind, (period: number) => StreamingIndicator>> = {
  SMA: (period) => new SimpleMovingAverage(period),
  EMA: (period) => new ExponentialMovingAverage(period),
  WMA: (period) => new WeightedMovingAverage(period),
};

/** A moving average of `period` values, before its first value. */
export const createMovingAverage = (kind: MovingAverageKind, period: number): StreamingIndicator =>
  AVERAGES[kind](period);

/** Runs an indicator over a whole series: the same state object as for streaming, so both agree. */
export function runOverSeries(indicator: StreamingIndicator, values: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    result[index] = indicator.next(values[index]!);
  }
  return result;
}
