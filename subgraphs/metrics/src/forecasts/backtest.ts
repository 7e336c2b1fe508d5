import { expectations, MINIMUM_FOR_MODELS } from "./forecast-methods.ts";
import type { Expectation, MethodName } from "./forecast-methods.ts";

/** One forecast of the past: from `origin` values, compared with those that followed. */
export interface Fold {
  readonly origin: number;
  readonly actuals: Float64Array;
  readonly expectations: readonly Expectation[];
}

const MOST_FOLDS = 8;

/**
 * Rolling-origin evaluation: at each origin every method sees only the values before it, chooses its
 * model anew, and is compared with up to `horizon` values after it. The origins lie evenly in the
 * second half of the series, and all through one that is too short for models. One value has none.
 */
export function rollingFolds(
  values: Float64Array,
  seasonLength: number,
  horizon: number,
): readonly Fold[] {
  const first = firstOrigin(values.length, seasonLength);
  const last = values.length - 1;
  const count = Math.min(MOST_FOLDS, last - first + 1);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const origin = count === 1 ? first : first + Math.round((index * (last - first)) / (count - 1));
    const actuals = values.subarray(origin, Math.min(values.length, origin + horizon));
    const past = values.subarray(0, origin);
    return { origin, actuals, expectations: expectations(past, seasonLength, actuals.length) };
  });
}

function firstOrigin(count: number, seasonLength: number): number {
  if (count <= MINIMUM_FOR_MODELS) return 1;
  const seasons = count > 3 * seasonLength ? 2 * seasonLength + 1 : 0;
  return Math.max(MINIMUM_FOR_MODELS, Math.ceil(count / 2), seasons);
}

/** What a method expected in a fold; undefined when it did not suit the series as known then. */
export const expectationOf = (fold: Fold, method: MethodName): Expectation | undefined =>
  fold.expectations.find((each) => each.method === method);

/** Mean absolute error of a method; NaN unless it took part in all folds, for only these compare. */
export const meanAbsoluteError = (folds: readonly Fold[], method: MethodName): number =>
  errorOfMean(folds, method, method);

/** The same of the mean of two methods. */
export function errorOfMean(folds: readonly Fold[], one: MethodName, other: MethodName): number {
  let sum = 0;
  let count = 0;
  for (const fold of folds) {
    const [first, second] = [expectationOf(fold, one), expectationOf(fold, other)];
    if (first === undefined || second === undefined) return Number.NaN;
    for (const [step, actual] of fold.actuals.entries()) {
      sum += Math.abs(actual - ((first.means[step] ?? 0) + (second.means[step] ?? 0)) / 2);
      count++;
    }
  }
  return sum / count;
}
