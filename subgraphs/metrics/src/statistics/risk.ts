import { mean } from "simple-statistics";

/** The deepest fall of a price series from a peak; indexes point into the series. */
interface Drawdown {
  /** Fall from peak to trough as a positive ratio: 0.5 means half of the value was lost. */
  depth: number;
  peak: number;
  trough: number;
  /** First price at or above the peak again, null while under water. */
  recovery: number | null;
}

/** The deepest drawdown, the earliest when two are equally deep; null when prices never fell. */
export function maximumDrawdown(prices: Float64Array): Drawdown | null {
  let peak = 0;
  let deepest: Drawdown | null = null;
  for (let index = 1; index < prices.length; index++) {
    if (prices[index]! >= prices[peak]!) {
      peak = index;
      continue;
    }
    const depth = 1 - prices[index]! / prices[peak]!;
    if (depth > (deepest?.depth ?? 0)) deepest = { depth, peak, trough: index, recovery: null };
  }
  return deepest && { ...deepest, recovery: findRecovery(prices, deepest) };
}

function findRecovery(prices: Float64Array, { peak, trough }: Drawdown): number | null {
  for (let index = trough + 1; index < prices.length; index++) {
    if (prices[index]! >= prices[peak]!) return index;
  }
  return null;
}

interface HistoricalRisk {
  /** Daily loss, as a positive ratio, that was not exceeded on `level` of the days. */
  valueAtRisk: number;
  /** Mean loss, as a positive ratio, of the days at or beyond the value at risk. */
  expectedShortfall: number;
}

/**
 * Historical value at risk and expected shortfall of daily returns: no distribution is assumed,
 * the sample itself is the distribution.
 */
export function historicalRisk(returns: Float64Array, level: number): HistoricalRisk {
  const sorted = Float64Array.from(returns).sort();
  const threshold = quantileOfSorted(sorted, 1 - level);
  const tail = Array.from(sorted.filter((value) => value <= threshold));
  return {
    valueAtRisk: -threshold,
    expectedShortfall: -(tail.length > 0 ? mean(tail) : threshold),
  };
}

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
