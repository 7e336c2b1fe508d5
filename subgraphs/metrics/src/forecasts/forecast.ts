import { AppError } from "@allfunds/contract/errors";
import {
  errorOfMean,
  expectationOf,
  meanAbsoluteError,
  rollingFolds,
  type Fold,
} from "./backtest.ts";
import { expectations, MINIMUM_FOR_MODELS } from "./forecast-methods.ts";
import type { Expectation, MethodName } from "./forecast-methods.ts";
import { halfWidths, LEVELS, reach } from "./intervals.ts";

export interface ForecastRequest {
  /** Finite values at equal distances, oldest first; at least one. */
  readonly values: Float64Array;
  /** Values in a season: 12 for months; 1 for none. */
  readonly seasonLength: number;
  /** Steps ahead, at least one. */
  readonly horizon: number;
}

/** What is expected of one step ahead, with the intervals of 80 and 95 %. */
export interface ForecastPoint {
  readonly value: number;
  readonly lower80: number;
  readonly upper80: number;
  readonly lower95: number;
  readonly upper95: number;
}

interface Candidate {
  readonly method: MethodName;
  /** Mean absolute scaled error over the folds; null when there is none. */
  readonly mase: number | null;
}

/** How the whole procedure, the choice included, would have done in the past. */
interface Backtest {
  readonly folds: number;
  readonly mase: number | null;
  /** Symmetric mean absolute percentage error as the M4 competition defines it; null without folds. */
  readonly smape: number | null;
  /** Shares of values inside intervals made from earlier folds only; null without folds. */
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  readonly candidates: readonly Candidate[];
}

/** What the reader of a forecast has to know; the graph describes each. */
export const ForecastWarning = {
  SHORT_HISTORY: "SHORT_HISTORY",
  NO_BACKTEST: "NO_BACKTEST",
  ASSUMED_INTERVAL: "ASSUMED_INTERVAL",
  CONSTANT: "CONSTANT",
  OLD_VALUES_LEFT_OUT: "OLD_VALUES_LEFT_OUT",
  RUNNING_PERIOD: "RUNNING_PERIOD",
  GAP_FILLED: "GAP_FILLED",
  OLD_PART_LEFT_OUT: "OLD_PART_LEFT_OUT",
} as const;
export type ForecastWarning = (typeof ForecastWarning)[keyof typeof ForecastWarning];

export interface SeriesForecast {
  readonly method: MethodName;
  readonly model: string;
  /** Models whose mean it is; empty for a single method. */
  readonly members: readonly string[];
  readonly points: readonly ForecastPoint[];
  readonly backtest: Backtest;
  readonly warnings: readonly ForecastWarning[];
}

/** A forecast takes no more than this from the end of a series, or 12 seasons where that is more. */
export const MOST_VALUES = 600;
const MOST_SEASONS = 12;

/**
 * Forecasts a series: by the combination of models, or by the last value or season going on where
 * that did better in the back-test. A short series gets the simplest method instead of a refusal; a
 * series that was never negative is expected to stay so. Throws INSUFFICIENT_DATA for no values and
 * INVALID_INPUT for values that are not finite.
 */
export function forecastSeries({ values, seasonLength, horizon }: ForecastRequest): SeriesForecast {
  if (values.length === 0) {
    throw new AppError("INSUFFICIENT_DATA", "A forecast needs one value of history at least.");
  }
  if (!values.every(Number.isFinite)) {
    throw new AppError("INVALID_INPUT", "A forecast needs finite values.");
  }
  const recent = values.slice(-Math.max(MOST_VALUES, MOST_SEASONS * seasonLength));
  const scale = powerOfTwo(recent);
  const scaled = recent.map((value) => value / scale);
  const folds = rollingFolds(scaled, seasonLength, horizon);
  const all = expectations(scaled, seasonLength, horizon);
  const chosen = choose(all, folds);
  return {
    method: chosen.method,
    model: chosen.model,
    members: chosen.members,
    points: pointsOf(chosen, folds, scaled, scale),
    backtest: backtestOf(scaled, seasonLength, folds, all),
    warnings: warningsOf(recent, values.length, folds),
  };
}

/** A power of two near the largest size: dividing by it loses no digit and keeps squares in range. */
function powerOfTwo(values: Float64Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // 2 ** -1074 is the smallest number there is, and 1 / it is infinite.
  return largest < 1e-300 ? 1 : 2 ** Math.floor(Math.log2(largest));
}

/** No method is chosen that did worse in the back-test than these. */
const BENCHMARKS: readonly MethodName[] = ["naive", "seasonal naive"];

/** Errors of values near one that are nothing but rounding. */
const NO_ERROR = 1e-9;

/** How much worse than a benchmark a mean may have been: so little is chance within a few folds. */
const TOLERANCE = 1.1;

/**
 * The combination, or the method for intermittent series, which need no choice by few noisy folds.
 * Where a benchmark did better than it, its mean with the better benchmark; that benchmark alone where the mean did
 * clearly worse. Where methods made no error at all, the simplest of them.
 */
function choose(all: readonly Expectation[], folds: readonly Fold[]): Expectation {
  const [first] = all;
  const last = all.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError("No method suits the series.");
  const preferred = PREFERRED.includes(last.method) ? last : first;
  const errors = all.map((each) => ({ each, error: meanAbsoluteError(folds, each.method) }));
  const exact = errors.find(({ error }) => error < NO_ERROR);
  if (exact !== undefined) return exact.each;
  const benchmark = errors.reduce<(typeof errors)[number] | undefined>(
    (least, next) =>
      BENCHMARKS.includes(next.each.method) && next.error < (least?.error ?? Infinity)
        ? next
        : least,
    undefined,
  );
  const error = meanAbsoluteError(folds, preferred.method);
  if (benchmark === undefined || error <= benchmark.error) return preferred;
  const both = errorOfMean(folds, preferred.method, benchmark.each.method);
  return both <= benchmark.error * TOLERANCE
    ? withMember(preferred, benchmark.each)
    : benchmark.each;
}

/** The mean with another method, which a few folds alone do not show to be better. */
const withMember = (
  preferred: Expectation,
  { model, means, deviations }: Expectation,
): Expectation => ({
  ...preferred,
  members: [...preferred.members, model],
  means: preferred.means.map((mean, step) => (mean + (means[step] ?? 0)) / 2),
  deviations: preferred.deviations.map((each, step) => (each + (deviations[step] ?? 0)) / 2),
});

const PREFERRED: readonly MethodName[] = ["combination", "intermittent"];

function pointsOf(
  chosen: Expectation,
  folds: readonly Fold[],
  values: Float64Array,
  scale: number,
): ForecastPoint[] {
  const lowest = values.every((value) => value >= 0) ? 0 : Number.NEGATIVE_INFINITY;
  const bounded = (value: number): number => {
    const whole = Math.max(lowest, value) * scale;
    return Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, whole)) + 0;
  };
  const [widths80, widths95] = LEVELS.map((level) =>
    halfWidths(chosen, reach(folds, chosen, level, values)),
  );
  return Array.from(chosen.means, (mean, step) => {
    const near = widths80?.[step] ?? 0;
    const far = Math.max(near, widths95?.[step] ?? 0);
    return {
      value: bounded(mean),
      lower80: bounded(mean - near),
      upper80: bounded(mean + near),
      lower95: bounded(mean - far),
      upper95: bounded(mean + far),
    };
  });
}

/**
 * Errors and coverage of what would have been answered at each origin: choice and intervals there
 * come from what earlier folds had shown by then.
 */
function backtestOf(
  values: Float64Array,
  seasonLength: number,
  folds: readonly Fold[],
  all: readonly Expectation[],
): Backtest {
  const answered = folds.map((fold) => {
    const before = knownAt(folds, fold.origin);
    const known = values.subarray(0, fold.origin);
    const chosen = choose(fold.expectations, before);
    const inside = LEVELS.map((level) => {
      const widths = halfWidths(chosen, reach(before, chosen, level, known));
      return insideShare(fold.actuals, chosen, widths);
    });
    return { fold, chosen, inside };
  });
  const errorOf = (fold: Fold, expected: Expectation): number | null =>
    scaledError(values, seasonLength, fold, expected);
  return {
    folds: folds.length,
    mase: meanOrNull(answered.map(({ fold, chosen }) => errorOf(fold, chosen))),
    smape: meanOrNull(answered.map(({ fold, chosen }) => symmetricError(fold, chosen))),
    coverage80: meanOrNull(answered.map(({ inside }) => inside[0] ?? null)),
    coverage95: meanOrNull(answered.map(({ inside }) => inside[1] ?? null)),
    candidates: all.map(({ method }) => ({
      method,
      mase: meanOrNull(
        folds.map((fold) => {
          const expected = expectationOf(fold, method);
          return expected === undefined ? null : errorOf(fold, expected);
        }),
      ),
    })),
  };
}

/** The folds before an origin, cut to the values that were there by then. */
const knownAt = (folds: readonly Fold[], origin: number): readonly Fold[] =>
  folds
    .filter((fold) => fold.origin < origin)
    .map((fold) => ({ ...fold, actuals: fold.actuals.subarray(0, origin - fold.origin) }));

const insideShare = (
  actuals: Float64Array,
  { means }: Expectation,
  widths: Float64Array,
): number => {
  const inside = actuals.filter(
    (actual, step) => Math.abs(actual - (means[step] ?? 0)) <= (widths[step] ?? 0),
  );
  return inside.length / actuals.length;
};

/**
 * Mean absolute scaled error (Hyndman and Koehler 2006) as R's `accuracy` has it: divided by the mean
 * absolute error of the seasonal naive method within the values before the origin. Null when that is
 * zero.
 */
function scaledError(
  values: Float64Array,
  seasonLength: number,
  { origin, actuals }: Fold,
  { means }: Expectation,
): number | null {
  const lag = origin > seasonLength ? seasonLength : 1;
  let changes = 0;
  for (let index = lag; index < origin; index++) {
    changes += Math.abs((values[index] ?? 0) - (values[index - lag] ?? 0));
  }
  if (changes === 0) return null;
  const errors = actuals.map((actual, step) => Math.abs(actual - (means[step] ?? 0)));
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return mean / (changes / (origin - lag));
}

function symmetricError({ actuals }: Fold, { means }: Expectation): number {
  let sum = 0;
  for (const [step, actual] of actuals.entries()) {
    const expected = means[step] ?? 0;
    const size = Math.abs(actual) + Math.abs(expected);
    sum += size === 0 ? 0 : (200 * Math.abs(actual - expected)) / size;
  }
  return sum / actuals.length;
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function warningsOf(
  values: Float64Array,
  given: number,
  folds: readonly Fold[],
): readonly ForecastWarning[] {
  const isConstant = values.every((value) => value === values[0]);
  const warnings: [ForecastWarning, boolean][] = [
    ["SHORT_HISTORY", values.length < MINIMUM_FOR_MODELS],
    ["NO_BACKTEST", folds.length === 0],
    ["ASSUMED_INTERVAL", values.length === 1],
    ["CONSTANT", isConstant && values.length > 1],
    ["OLD_VALUES_LEFT_OUT", values.length < given],
  ];
  return warnings.filter(([, applies]) => applies).map(([warning]) => warning);
}
