import { mean } from "simple-statistics";
import { quantileOfSorted } from "./quantile.ts";

export interface HistoricalRisk {
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
