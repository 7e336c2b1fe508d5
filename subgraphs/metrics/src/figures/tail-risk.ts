import { mean, sampleSkewness } from "simple-statistics";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";
import { listOf } from "./number-list.ts";

/** A loss of one period as a positive ratio, and the mean of the losses at or beyond it. */
export interface TailRisk {
  /** Loss that was not exceeded in `level` of the periods. */
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/** Returns in ascending order, as the quantiles take them. */
export const sortedReturns = (returns: Float64Array): number[] => listOf(returns.slice().sort());

/**
 * Historical value at risk and expected shortfall: no distribution is assumed, the sample itself
 * is the distribution. Quantiles are of type 7 (Hyndman and Fan), the default of R and NumPy.
 *
 * @param sorted returns in ascending order, at least one
 * @param level such as 0.95
 */
export function historicalRisk(sorted: readonly number[], level: number): TailRisk {
  const threshold = quantileOf(sorted, 1 - level);
  const after = sorted.findIndex((value) => value > threshold);
  const tail = after < 0 ? sorted : sorted.slice(0, after);
  return {
    valueAtRisk: -threshold,
    expectedShortfall: -(tail.length > 0 ? mean([...tail]) : threshold),
  };
}

/** Mean, standard deviation, skewness and excess kurtosis, all of the population: divided by n. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** Moments of at least three returns that vary. */
export function momentsOf(returns: readonly number[]): Moments {
  const centre = mean([...returns]);
  const variance = mean(returns.map((value) => (value - centre) ** 2));
  const fourth = mean(returns.map((value) => (value - centre) ** 4));
  return {
    mean: centre,
    deviation: Math.sqrt(variance),
    skewness: sampleSkewness([...returns], true),
    excessKurtosis: fourth / variance ** 2 - 3,
  };
}

/** Value at risk and expected shortfall of the normal distribution with these moments. */
export function normalRisk({ mean: centre, deviation }: Moments, level: number): TailRisk {
  const z = normalQuantile(1 - level);
  return {
    valueAtRisk: -(centre + z * deviation),
    expectedShortfall: -centre + (deviation * normalDensity(z)) / (1 - level),
  };
}

/**
 * Value at risk and expected shortfall by the Cornish-Fisher expansion (Zangari 1996): the
 * quantile of the normal distribution, corrected for skewness and kurtosis, and its mean over the
 * tail. Null outside the domain of validity (Maillard 2012): there the expansion does not ascend,
 * and a higher level may give a lower loss.
 */
export function cornishFisherRisk(moments: Moments, level: number): TailRisk | null {
  if (!isCornishFisherValid(moments)) return null;
  const { mean: centre, deviation, skewness: s, excessKurtosis: k } = moments;
  const z = normalQuantile(1 - level);
  const quantile =
    z + ((z ** 2 - 1) * s) / 6 + ((z ** 3 - 3 * z) * k) / 24 - ((2 * z ** 3 - 5 * z) * s ** 2) / 36;
  // The mean of the expansion over a normal draw below z, by the moments of the cut distribution.
  const correction = 1 + (z * s) / 6 + ((z ** 2 - 1) * k) / 24 - ((2 * z ** 2 - 1) * s ** 2) / 36;
  return {
    valueAtRisk: -(centre + quantile * deviation),
    expectedShortfall: -centre + (deviation * correction * normalDensity(z)) / (1 - level),
  };
}

/** Whether the expansion ascends everywhere: its derivative, a parabola, has no two roots. */
function isCornishFisherValid({ skewness: s, excessKurtosis: k }: Moments): boolean {
  const [square, constant] = [k / 8 - s ** 2 / 6, 1 - k / 8 + (5 * s ** 2) / 36];
  return constant > 0 && square >= 0 && (s / 3) ** 2 <= 4 * square * constant;
}

/** Result of Kupiec's test of a value at risk. */
export interface KupiecTest {
  readonly likelihoodRatio: number;
  /** Probability of a count at least as unlikely when the level is right. */
  readonly pValue: number;
}

/**
 * Proportion-of-failures test (Kupiec 1995): whether the losses beyond the value at risk are as
 * many as its level leads to. The likelihood ratio has a chi-square distribution of one degree.
 */
export function kupiecTest(exceptions: number, periods: number, level: number): KupiecTest {
  const expected = 1 - level;
  const observed = exceptions / periods;
  const logLikelihood = (share: number) =>
    xLogY(exceptions, share) + xLogY(periods - exceptions, 1 - share);
  const likelihoodRatio = Math.max(0, 2 * (logLikelihood(observed) - logLikelihood(expected)));
  return { likelihoodRatio, pValue: 2 * normalCdf(-Math.sqrt(likelihoodRatio)) };
}

/** x log y, zero for no events whatever their probability. */
const xLogY = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(y));

/**
 * Losses beyond the historical value at risk of the `window` returns before each: what the figure
 * would have missed, computed from what was known then.
 */
export function countExceptions(
  returns: Float64Array,
  window: number,
  level: number,
): { exceptions: number; periods: number } {
  const sorted = returns.slice(0, window).sort();
  let exceptions = 0;
  for (let index = window; index < returns.length; index++) {
    if (returns[index]! < quantileOf(sorted, 1 - level)) exceptions++;
    replaceSorted(sorted, returns[index - window]!, returns[index]!);
  }
  return { exceptions, periods: Math.max(0, returns.length - window) };
}

// Far above what 1 - 0.9 lacks of a tenth, times the longest sample.
const PLACE_ROUNDING = 1e-9;

/**
 * The place of a quantile of type 7 in a sample of so many values. It is whole where only the rounding of the
 * probability keeps it from that: else the value at that place would be missing in the tail that it ends.
 */
export function quantilePlace(length: number, probability: number): number {
  const place = (length - 1) * probability;
  const whole = Math.round(place);
  return Math.abs(place - whole) < PLACE_ROUNDING ? whole : place;
}

/** The quantile of type 7 of values in ascending order. */
function quantileOf(sorted: ArrayLike<number>, probability: number): number {
  const place = quantilePlace(sorted.length, probability);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return low + (place - below) * ((sorted[below + 1] ?? low) - low);
}

/** Takes one value out of an ascending array and puts another one in. */
function replaceSorted(sorted: Float64Array, leaving: number, entering: number): void {
  const from = lowerBound(sorted, leaving);
  const to = lowerBound(sorted, entering);
  if (to > from) {
    sorted.copyWithin(from, from + 1, to);
    sorted[to - 1] = entering;
  } else {
    sorted.copyWithin(to + 1, to, from);
    sorted[to] = entering;
  }
}

/** Index of the first member at or above the value. */
function lowerBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
