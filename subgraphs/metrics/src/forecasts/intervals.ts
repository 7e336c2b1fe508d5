import { MINIMUM_FOR_MODELS, type Expectation } from "./forecast-methods.ts";
import { expectationOf, type Fold } from "./backtest.ts";

/** Shares of future values that the intervals are made to hold. */
export const LEVELS = [0.8, 0.95] as const;
export type Level = (typeof LEVELS)[number];

/** Two-sided quantiles of the standard normal distribution. */
const NORMAL: Readonly<Record<Level, number>> = {
  0.8: 1.2815515655446004,
  0.95: 1.959963984540054,
};

/**
 * By how many of a method's own standard deviations an interval of a level has to reach out. The
 * quantile of Student's distribution allows for what the deviation was estimated from; the conformal
 * quantile of past errors, each divided by the deviation the model had stated for it (Vovk, Gammerman
 * and Shafer 2005), widens it where the model had been too sure. `values` are the history of the forecast;
 * `folds` must end before what is forecast begins. Those with less history than a model takes stated
 * deviations of one or two errors: a ratio to these shows chance, for which Student's distribution
 * allows already.
 */
export function reach(
  folds: readonly Fold[],
  expected: Expectation,
  level: Level,
  values: Float64Array,
): number {
  const theory = studentQuantile(level, expected.freedom);
  const scores = folds
    .filter(({ origin }) => origin >= MINIMUM_FOR_MODELS)
    .flatMap((fold) => scoresOf(fold, expected, values))
    .sort((one, other) => one - other);
  if (scores.length === 0) return theory;
  const rank = Math.min(scores.length, Math.ceil((scores.length + 1) * level));
  return Math.max(theory, scores[rank - 1] ?? 0);
}

/**
 * Errors of a method in a fold, in its own standard deviations. An old error counts at most as large as it would be
 * by what the series has come to change at each step: a shift of the level since then makes the deviation of today
 * large, and would be counted once more by each old error that is stated in it.
 */
function scoresOf(fold: Fold, today: Expectation, values: Float64Array): number[] {
  const expected = expectationOf(fold, today.method);
  if (expected === undefined) return [];
  const grown = growthOf(values.subarray(0, fold.origin), values);
  return Array.from(fold.actuals, (actual, step) => {
    const error = Math.abs(actual - (expected.means[step] ?? 0));
    const least = (today.deviations[step] ?? 0) / grown;
    const deviation = Math.max(expected.deviations[step] ?? 0, least);
    // A model that was sure and wrong shows nothing of the size of errors to come.
    return deviation > 0 ? error / deviation : error === 0 ? 0 : LARGEST_SCORE;
  });
}

/** A middle one of a dozen is as far off as this now and then. */
const LEEWAY = 1.5;

/** How many times as large changes may have become, at least once. */
function growthOf(before: Float64Array, now: Float64Array): number {
  const [old, latest] = [usualChange(before), usualChange(now)];
  return old > 0 ? Math.max(1, (LEEWAY * latest) / old) : 1;
}

/** So many of the latest changes show what is usual. */
const CHANGES = 12;

/** The middle one of the latest changes from one value to the next: a shift is one of them and leaves it as it is. */
function usualChange(values: Float64Array): number {
  const latest = values.subarray(-CHANGES - 1);
  const changes = latest.subarray(1).map((value, index) => Math.abs(value - (latest[index] ?? 0)));
  return changes.sort()[changes.length >> 1] ?? Number.NaN;
}

const LARGEST_SCORE = 100;

/** Half-widths of the intervals of one level, nearest step first; they never shrink by distance. */
export function halfWidths(expected: Expectation, factor: number): Float64Array {
  return expected.deviations.map((deviation) => deviation * factor);
}

/**
 * Two-sided quantile of Student's distribution: exact for one and two degrees of freedom, else
 * Fisher's expansion, which is right to 1 % at 95 % with three. Fewer than one count as one.
 */
export function studentQuantile(level: Level, freedom: number): number {
  if (freedom <= 1) return Math.tan((Math.PI * level) / 2);
  if (freedom === 2) return level * Math.sqrt(2 / (1 - level ** 2));
  const z = NORMAL[level];
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, index) => sum + term / freedom ** (index + 1), z);
}
