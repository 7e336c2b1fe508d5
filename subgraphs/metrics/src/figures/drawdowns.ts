/** A fall of a price series from a peak; indexes point into the series. */
export interface Drawdown {
  /** Fall from peak to trough as a positive ratio: 0.5 means half of the value was lost. */
  readonly depth: number;
  readonly peak: number;
  readonly trough: number;
  /** First price at or above the peak again, null while under water. */
  readonly recovery: number | null;
}

/**
 * Every drawdown of a price series in order of time: from a peak, the last price before the fall,
 * to the first price that reaches it again. The trough is the earliest of the lowest prices.
 */
export function listDrawdowns(prices: Float64Array): Drawdown[] {
  const drawdowns: Drawdown[] = [];
  let [peak, trough] = [0, 0];
  const close = (recovery: number | null) => {
    const depth = 1 - prices[trough]! / prices[peak]!;
    if (trough > peak) drawdowns.push({ depth, peak, trough, recovery });
  };
  for (let index = 1; index < prices.length; index++) {
    if (prices[index]! >= prices[peak]!) {
      close(index);
      peak = index;
      trough = index;
    } else if (prices[index]! < prices[trough]!) trough = index;
  }
  close(null);
  return drawdowns;
}

/** The deepest drawdown, the earliest when two are equally deep; null when prices never fell. */
export function maximumDrawdown(prices: Float64Array): Drawdown | null {
  let deepest: Drawdown | null = null;
  for (const drawdown of listDrawdowns(prices)) {
    if (drawdown.depth > (deepest?.depth ?? 0)) deepest = drawdown;
  }
  return deepest;
}

/**
 * Ulcer index (Martin 1987): the root mean square of the falls from the highest price so far, over
 * all periods, as a ratio.
 */
export function ulcerIndex(prices: Float64Array): number {
  let [highest, squares] = [prices[0]!, 0];
  for (let index = 0; index < prices.length; index++) {
    const price = prices[index]!;
    highest = Math.max(highest, price);
    squares += (1 - price / highest) ** 2;
  }
  return Math.sqrt(squares / (prices.length - 1));
}
