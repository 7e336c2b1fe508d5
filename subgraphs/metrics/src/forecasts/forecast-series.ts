import { AppError } from "@allfunds/contract/errors";
import { backtest, firstOrigin, pointsNeeded } from "./backtest.ts";
import type { Backtest } from "./backtest.ts";
import { conformalHalfWidths, empiricalCoverage } from "./conformal-interval.ts";
import { dampedTrend } from "./methods/damped-trend.ts";
import { drift } from "./methods/drift.ts";
import { meanOfMethods } from "./methods/mean-of-methods.ts";
import { naive } from "./methods/naive.ts";
import { seasonalNaive } from "./methods/seasonal-naive.ts";
import { simpleExponentialSmoothing } from "./methods/simple-exponential-smoothing.ts";

/** Share of future values the intervals are made to hold. */
export const INTERVAL_LEVEL = 0.8;

// In order of preference: a later method is chosen only when it is strictly better.
const CANDIDATES = [
  naive,
  seasonalNaive,
  drift,
  simpleExponentialSmoothing,
  dampedTrend,
  meanOfMethods([simpleExponentialSmoothing, drift, dampedTrend]),
];

export interface SeriesForecast {
  chosen: Backtest;
  candidates: Backtest[];
  /** Share of back-test values that fell inside intervals made without them. */
  coverage: number;
  points: { value: number; lower: number; upper: number }[];
}

/**
 * Continues a monthly series by the method with the smallest rolling-origin error, so never by
 * one that did worse than the naive or seasonal naive method. Throws INSUFFICIENT_DATA when the
 * series is too short for `horizon`.
 */
export function forecastSeries(series: Float64Array, horizon: number): SeriesForecast {
  refuseShortSeries(series.length, horizon);
  const origin = firstOrigin(series.length, horizon);
  const candidates = CANDIDATES.filter(({ minimumPoints }) => minimumPoints <= origin).map(
    (method) => backtest(method, series, horizon),
  );
  const chosen = candidates.reduce((best, next) =>
    next.meanAbsoluteError < best.meanAbsoluteError ? next : best,
  );
  const halfWidths = conformalHalfWidths(chosen.errorsByStep, INTERVAL_LEVEL);
  const values = Array.from(chosen.method.forecast(series, horizon));
  return {
    chosen,
    candidates,
    coverage: empiricalCoverage(chosen.errorsByStep, INTERVAL_LEVEL),
    points: values.map((value, step) => ({
      value,
      lower: value - halfWidths[step]!,
      upper: value + halfWidths[step]!,
    })),
  };
}

function refuseShortSeries(points: number, horizon: number): void {
  const needed = pointsNeeded(horizon);
  if (points >= needed) return;
  throw new AppError(
    "INSUFFICIENT_DATA",
    `A forecast ${horizon} months ahead needs ${needed} complete months of history; there are ${points}.`,
  );
}
