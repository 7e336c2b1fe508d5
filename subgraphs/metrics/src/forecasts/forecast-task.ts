import type { ComputeTask } from "../compute/compute-task.ts";
import { forecastSeries } from "./forecast.ts";

export interface ForecastArguments {
  readonly values: Float64Array;
  /** Steps ahead. */
  readonly horizon: number;
}

/** How a method did in the back-test, without the method itself: functions stay in their thread. */
interface ForecastCandidate {
  readonly method: string;
  readonly mase: number | null;
}

export interface ForecastResult {
  readonly method: string;
  readonly folds: number;
  readonly mase: number | null;
  readonly smape: number;
  readonly coverage: number;
  readonly candidates: readonly ForecastCandidate[];
  readonly points: readonly { value: number; lower: number; upper: number }[];
}

/** Continues a monthly series; INSUFFICIENT_DATA for a short one. */
export const forecastTask: ComputeTask<ForecastArguments, ForecastResult> = {
  name: "forecast",
  run: ({ values, horizon }) => {
    const { chosen, candidates, coverage, points } = forecastSeries(values, horizon);
    const { method, folds, mase, smape } = chosen;
    return {
      method: method.name,
      folds,
      mase,
      smape,
      coverage,
      candidates: candidates.map((tried) => ({ method: tried.method.name, mase: tried.mase })),
      points,
    };
  },
};
