import { AppError } from "@allfunds/contract/errors";
import {
  dampedTrend,
  drift,
  meanOfMethods,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
} from "./forecast-methods.ts";
import type { ForecastMethod } from "./forecast-methods.ts";

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

/** Intervals need this many past errors at every step ahead. */
const MINIMUM_ERRORS_PER_STEP = 5;
/** The earliest forecast of a back-test still sees this many points. */
const MINIMUM_TRAINING_POINTS = 6;
const MOST_FOLDS = 60;

interface Backtest {
  method: ForecastMethod;
  folds: number;
  /** Mean absolute error over the mean absolute one-step change of the series; null if constant. */
  mase: number | null;
  meanAbsoluteError: number;
  /** Symmetric mean absolute percentage error as the M4 competition defines it, 0 to 200. */
  smape: number;
  /** Absolute errors by step ahead: the first list holds those one step ahead. */
  errorsByStep: number[][];
}

/** Points a series must have to be forecast `horizon` steps ahead with an interval. */
const pointsNeeded = (horizon: number): number =>
  MINIMUM_TRAINING_POINTS + MINIMUM_ERRORS_PER_STEP + horizon - 1;

/** Length of the shortest training part; one fold starts there and one at every later point. */
function firstOrigin(points: number, horizon: number): number {
  const wanted = Math.max(Math.floor(points / 2), points - MOST_FOLDS);
  const latest = points - horizon - MINIMUM_ERRORS_PER_STEP + 1;
  return Math.max(MINIMUM_TRAINING_POINTS, Math.min(wanted, latest));
}

/**
 * Rolling-origin evaluation: from every origin the method sees only the points before it and is
 * measured on those after it, up to `horizon` steps ahead.
 */
function backtest(method: ForecastMethod, series: Float64Array, horizon: number): Backtest {
  const origin = firstOrigin(series.length, horizon);
  const errorsByStep: number[][] = Array.from({ length: horizon }, () => []);
  let percentages = 0;
  for (let cut = origin; cut < series.length; cut++) {
    const steps = Math.min(horizon, series.length - cut);
    const forecast = method.forecast(series.subarray(0, cut), steps);
    for (const [step, value] of forecast.entries()) {
      const actual = series[cut + step]!;
      errorsByStep[step]!.push(Math.abs(actual - value));
      percentages += symmetricPercentage(actual, value);
    }
  }
  const errors = errorsByStep.flat();
  const meanAbsoluteError = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const scale = meanAbsoluteChange(series);
  return {
    method,
    folds: series.length - origin,
    mase: scale === 0 ? null : meanAbsoluteError / scale,
    meanAbsoluteError,
    smape: percentages / errors.length,
    errorsByStep,
  };
}

function symmetricPercentage(actual: number, forecast: number): number {
  const size = Math.abs(actual) + Math.abs(forecast);
  return size === 0 ? 0 : (200 * Math.abs(actual - forecast)) / size;
}

function meanAbsoluteChange(series: Float64Array): number {
  let sum = 0;
  for (let index = 1; index < series.length; index++) {
    sum += Math.abs(series[index]! - series[index - 1]!);
  }
  return sum / (series.length - 1);
}

/** The k-th smallest of m past errors covers a new one with probability of at least `level`. */
function conformalQuantile(errors: readonly number[], level: number): number {
  const rank = Math.ceil((errors.length + 1) * level);
  const sorted = Float64Array.from(errors).sort();
  return sorted[Math.min(rank, sorted.length) - 1]!;
}

/**
 * Half-widths of prediction intervals, one per step ahead: conformal quantiles of the absolute
 * back-test errors. They never shrink with the distance, though the samples do.
 */
function conformalHalfWidths(errorsByStep: readonly number[][], level: number): number[] {
  let widest = 0;
  return errorsByStep.map((errors) => {
    widest = Math.max(widest, conformalQuantile(errors, level));
    return widest;
  });
}

/**
 * Share of back-test errors inside an interval made from the other errors of the same step:
 * no error is judged by an interval it helped to make.
 */
function empiricalCoverage(errorsByStep: readonly number[][], level: number): number {
  let inside = 0;
  let total = 0;
  for (const errors of errorsByStep) {
    for (const [index, error] of errors.entries()) {
      const others = errors.toSpliced(index, 1);
      if (error <= conformalQuantile(others, level)) inside++;
      total++;
    }
  }
  return inside / total;
}
