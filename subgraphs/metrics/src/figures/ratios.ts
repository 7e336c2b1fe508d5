import { mean, quantileSorted, sampleStandardDeviation } from "simple-statistics";
import { listOf } from "./number-list.ts";
import { periodRate } from "./returns.ts";
import { downsideDeviation } from "./volatility.ts";

// Below this a deviation is rounding noise, and a ratio over it would be a made-up number.
export const NO_VARIATION = 1e-12;

/**
 * Sharpe ratio (Sharpe 1994): mean over sample standard deviation of the periods' excess returns,
 * times the square root of the periods of a year. Null when the returns do not vary.
 */
export function sharpeRatio(
  returns: Float64Array,
  yearlyRiskFreeRate: number,
  periodsPerYear: number,
): number | null {
  const rate = periodRate(yearlyRiskFreeRate, periodsPerYear);
  const excess = listOf(returns, (value) => value - rate);
  const deviation = sampleStandardDeviation(excess);
  return deviation < NO_VARIATION ? null : (mean(excess) / deviation) * Math.sqrt(periodsPerYear);
}

/**
 * Sortino ratio (Sortino and Price 1994): mean excess return over the target, divided by the
 * downside deviation, times the square root of the periods of a year. Null when no period fell short.
 */
export function sortinoRatio(
  returns: Float64Array,
  yearlyTarget: number,
  periodsPerYear: number,
): number | null {
  const target = periodRate(yearlyTarget, periodsPerYear);
  const downside = downsideDeviation(returns, target);
  if (downside < NO_VARIATION) return null;
  const excess = mean(listOf(returns, (value) => value - target));
  return (excess / downside) * Math.sqrt(periodsPerYear);
}

/**
 * Omega ratio (Keating and Shadwick 2002): the sum of gains over the target divided by the sum of
 * shortfalls below it. Null when no period fell short.
 *
 * @param target return of one period
 */
export function omegaRatio(returns: Float64Array, target: number): number | null {
  const excess = listOf(returns, (value) => value - target);
  const shortfall = mean(excess.map((value) => Math.max(-value, 0)));
  if (shortfall < NO_VARIATION) return null;
  return mean(excess.map((value) => Math.max(value, 0))) / shortfall;
}

/**
 * Tail ratio: the 95 % quantile of returns over the absolute 5 % quantile (type 7). Null when the
 * lower quantile is no loss.
 *
 * @param sorted returns in ascending order
 */
export function tailRatio(sorted: readonly number[]): number | null {
  const low = quantileSorted(sorted, 0.05);
  return low > -NO_VARIATION ? null : quantileSorted(sorted, 0.95) / -low;
}
