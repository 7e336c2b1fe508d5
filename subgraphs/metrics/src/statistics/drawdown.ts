/** The deepest fall of a price series from a peak; indexes point into the series. */
export interface Drawdown {
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
