import type { ComputeTask } from "../compute/compute-task.ts";
import { createMovingAverage, runOverSeries, type MovingAverageKind } from "./moving-average.ts";

export interface MovingAverageArguments {
  readonly kind: MovingAverageKind;
  readonly period: number;
  readonly closes: Float64Array;
}

/** A moving average of closes, NaN while there are fewer than `period`. */
export const movingAverageTask: ComputeTask<MovingAverageArguments, Float64Array> = {
  name: "movingAverage",
  run: ({ kind, period, closes }) => runOverSeries(createMovingAverage(kind, period), closes),
};
