import type { ForecastMethod } from "./forecast-method.ts";

/** Intervals need this many past errors at every step ahead. */
const MINIMUM_ERRORS_PER_STEP = 5;
/** The earliest forecast of a back-test still sees this many points. */
const MINIMUM_TRAINING_POINTS = 6;
const MOST_FOLDS = 60;

export interface Backtest {
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
export const pointsNeeded = (horizon: number): number =>
  MINIMUM_TRAINING_POINTS + MINIMUM_ERRORS_PER_STEP + horizon - 1;

/** Length of the shortest training part; one fold starts there and one at every later point. */
export function firstOrigin(points: number, horizon: number): number {
  const wanted = Math.max(Math.floor(points / 2), points - MOST_FOLDS);
  const latest = points - horizon - MINIMUM_ERRORS_PER_STEP + 1;
  return Math.max(MINIMUM_TRAINING_POINTS, Math.min(wanted, latest));
}

/**
 * Rolling-origin evaluation: from every origin the method sees only the points before it and is
 * measured on those after it, up to `horizon` steps ahead.
 */
export function backtest(method: ForecastMethod, series: Float64Array, horizon: number): Backtest {
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
