import { minimize } from "./nelder-mead.ts";

/** Mean distance of demands from which a series counts as intermittent (Syntetos, Boylan, Croston 2005). */
const INTERMITTENT_DISTANCE = 1.32;
/** What is smaller than this share of the mean size counts as no demand. */
const NEGLIGIBLE = 1e-3;
/** A series that once began, or once ended, is no series of single demands. */
const FEWEST_ENDS = 2;

/** Whether a series that is never negative is nothing again and again: values come here and there. */
export function isIntermittent(values: Float64Array): boolean {
  if (values.some((value) => value < 0)) return false;
  const { sizes, occurrences } = demands(values);
  const ends = occurrences.filter(
    (isDemand, index) => !isDemand && occurrences[index - 1] === true,
  );
  return ends.length >= FEWEST_ENDS && values.length / sizes.length > INTERMITTENT_DISTANCE;
}

interface Demands {
  readonly sizes: readonly number[];
  /** Steps since the demand before; of the first one since the start. */
  readonly distances: readonly number[];
  /** One for each value: whether it is a demand. */
  readonly occurrences: readonly boolean[];
}

function demands(values: Float64Array): Demands {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  const limit = mean * NEGLIGIBLE;
  const sizes: number[] = [];
  const distances: number[] = [];
  let distance = 0;
  const occurrences = Array.from(values, (value) => value > limit);
  for (const [index, isDemand] of occurrences.entries()) {
    distance++;
    if (!isDemand) continue;
    sizes.push(values[index] ?? 0);
    distances.push(distance);
    distance = 0;
  }
  return { sizes, distances, occurrences };
}

const smoothed = (values: readonly number[], alpha: number): number =>
  values.reduce((level, value) => level + alpha * (value - level), values[0] ?? 0);

/** Smoothing constant of Croston's method; its author's range is 0.1 to 0.3. */
const CROSTON_ALPHA = 0.1;

/** Croston's method (1972): smoothed size over smoothed distance of the demands. */
export function croston(values: Float64Array): number {
  const { sizes, distances } = demands(values);
  if (sizes.length === 0) return 0;
  return smoothed(sizes, CROSTON_ALPHA) / smoothed(distances, CROSTON_ALPHA);
}

/** Croston's method without its bias (Syntetos and Boylan 2005). */
const syntetosBoylan = (values: Float64Array): number => (1 - CROSTON_ALPHA / 2) * croston(values);

const isInside = (constant: number): boolean => constant >= 0.01 && constant <= 0.5;

/**
 * Teunter, Syntetos and Babai (2011): smoothed probability times smoothed size of a demand, so that
 * the forecast falls when demands stay away. Both constants minimise the squared one-step errors.
 */
function teunterSyntetosBabai(values: Float64Array): number {
  const { sizes, occurrences } = demands(values);
  if (sizes.length === 0) return 0;
  const first = { probability: sizes.length / values.length, size: sizes[0] ?? 0 };
  const run = ([alpha = 0, beta = 0]: Float64Array): { squares: number; next: number } => {
    let { probability, size } = first;
    let squares = 0;
    for (const [index, isDemand] of occurrences.entries()) {
      const value = values[index] ?? 0;
      squares += (value - probability * size) ** 2;
      probability += beta * ((isDemand ? 1 : 0) - probability);
      if (isDemand) size += alpha * (value - size);
    }
    return { squares, next: probability * size };
  };
  const { point } = minimize(
    (each) => (each.every(isInside) ? run(each).squares : Number.POSITIVE_INFINITY),
    Float64Array.of(0.1, 0.1),
    { steps: Float64Array.of(0.1, 0.1), tolerance: 1e-6, evaluations: 120 },
  );
  return run(point).next;
}

/**
 * ADIDA (Nikolopoulos and others 2011): sums over blocks as long as the mean distance of demands are
 * smoothed, and the result is spread evenly.
 */
function aggregated(values: Float64Array): number {
  const { sizes } = demands(values);
  if (sizes.length === 0) return 0;
  const length = Math.max(1, Math.round(values.length / sizes.length));
  const blocks: number[] = [];
  for (let end = values.length; end >= length; end -= length) {
    blocks.unshift(values.subarray(end - length, end).reduce((sum, value) => sum + value, 0));
  }
  return smoothed(blocks, 0.2) / length;
}

/** Mean of three methods for intermittent series, the same at every step ahead. */
export const intermittentMean = (values: Float64Array): number =>
  (syntetosBoylan(values) + teunterSyntetosBabai(values) + aggregated(values)) / 3;
