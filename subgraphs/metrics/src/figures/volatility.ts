import { mean, sampleStandardDeviation } from "simple-statistics";
import { listOf } from "./number-list.ts";

/** Sample standard deviation of period returns times the square root of the periods of a year. */
export function annualisedVolatility(returns: Float64Array, periodsPerYear: number): number {
  return sampleStandardDeviation(listOf(returns)) * Math.sqrt(periodsPerYear);
}

/** Weight of the past in the daily model of RiskMetrics (1996). */
export const RISK_METRICS_DECAY = 0.94;

/**
 * Exponentially weighted volatility per year (RiskMetrics 1996): the root of the weighted mean of
 * squared returns, each weight `decay` times that of the return after it. The weights sum to one
 * over the sample, so no seed is needed; the mean return is taken as zero.
 */
export function ewmaVolatility(
  returns: Float64Array,
  periodsPerYear: number,
  decay = RISK_METRICS_DECAY,
): number {
  let [squares, weights] = [0, 0];
  for (const value of returns) {
    squares = decay * squares + value * value;
    weights = decay * weights + 1;
  }
  return Math.sqrt((squares / weights) * periodsPerYear);
}

/**
 * Downside deviation of one period (Sortino and Price 1994): the root mean square of the
 * shortfalls below the target, all periods counted.
 *
 * @param target return of one period
 */
export const downsideDeviation = (returns: Float64Array, target: number): number =>
  Math.sqrt(mean(listOf(returns, (value) => Math.min(value - target, 0) ** 2)));
