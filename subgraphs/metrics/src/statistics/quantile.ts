/**
 * Sample quantile with linear interpolation between order statistics (Hyndman and Fan, type 7,
 * the default of R and NumPy).
 *
 * @param sorted values in ascending order, at least one
 * @param probability between 0 and 1
 */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}
