import { MINIMUM_FOR_MODELS, type Expectation, type MethodName } from "./forecast-methods.ts";
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
 * and Shafer 2005), widens it where the model had been too sure. `folds` must end before what is
 * forecast begins. Those with less history than a model takes stated deviations of one or two errors:
 * a ratio to these shows chance, for which Student's distribution allows already.
 */
export function reach(
  folds: readonly Fold[],
  { method, freedom }: Expectation,
  level: Level,
): number {
  const theory = studentQuantile(level, freedom);
  const scores = folds
    .filter(({ origin }) => origin >= MINIMUM_FOR_MODELS)
    .flatMap((fold) => scoresOf(fold, method))
    .sort((one, other) => one - other);
  if (scores.length === 0) return theory;
  const rank = Math.min(scores.length, Math.ceil((scores.length + 1) * level));
  return Math.max(theory, scores[rank - 1] ?? 0);
}

/** Errors of a method in a fold, in its own standard deviations. */
function scoresOf(fold: Fold, method: MethodName): number[] {
  const expected = expectationOf(fold, method);
  if (expected === undefined) return [];
  return Array.from(fold.actuals, (actual, step) => {
    const error = Math.abs(actual - (expected.means[step] ?? 0));
    const deviation = expected.deviations[step] ?? 0;
    // A model that was sure and wrong shows nothing of the size of errors to come.
    return deviation > 0 ? error / deviation : error === 0 ? 0 : LARGEST_SCORE;
  });
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
