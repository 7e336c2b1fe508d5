import { adjustSeason, restoreSeason } from "./seasonality.ts";

/** The last value stays. */
export const naive = (values: Float64Array, horizon: number): Float64Array =>
  new Float64Array(horizon).fill(values.at(-1) ?? Number.NaN);

/** Each value repeats the one a season before; with less than a season known, the last one stays. */
export function seasonalNaive(
  values: Float64Array,
  seasonLength: number,
  horizon: number,
): Float64Array {
  if (values.length < seasonLength) return naive(values, horizon);
  const start = values.length - seasonLength;
  return Float64Array.from(
    { length: horizon },
    (_, step) => values[start + (step % seasonLength)] ?? Number.NaN,
  );
}

/** The straight line from the first through the last value goes on. */
export function drift(values: Float64Array, horizon: number): Float64Array {
  const last = values.at(-1) ?? Number.NaN;
  const slope = values.length < 2 ? 0 : (last - (values[0] ?? 0)) / (values.length - 1);
  return Float64Array.from({ length: horizon }, (_, step) => last + slope * (step + 1));
}

/** The mean of all values. */
export function average(values: Float64Array, horizon: number): Float64Array {
  let sum = 0;
  for (const value of values) sum += value;
  return new Float64Array(horizon).fill(sum / values.length);
}

/**
 * Naive2, the benchmark of the M competitions: the last value of the seasonally adjusted series stays,
 * with its season put back when the test finds one.
 */
export function naive2(values: Float64Array, seasonLength: number, horizon: number): Float64Array {
  const adjustment = adjustSeason(values, seasonLength);
  return restoreSeason(naive(adjustment?.adjusted ?? values, horizon), adjustment, values.length);
}
