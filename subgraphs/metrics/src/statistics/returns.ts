import { mean, sampleStandardDeviation } from "simple-statistics";

/** Simple returns between consecutive prices; one shorter than the prices. */
export function simpleReturns(prices: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let index = 1; index < prices.length; index++) {
    returns[index - 1] = prices[index]! / prices[index - 1]! - 1;
  }
  return returns;
}

/** Trading days in a year, the usual convention for daily prices of exchange-traded instruments. */
export const TRADING_DAYS_PER_YEAR = 252;

/** Total return from the first to the last price, as a ratio: 0.25 is plus 25 %. */
export function cumulativeReturn(prices: Float64Array): number {
  return prices.at(-1)! / prices[0]! - 1;
}

/** Geometric return per year of 252 trading days, as a ratio. */
export function annualisedReturn(prices: Float64Array): number {
  const periods = prices.length - 1;
  return (prices.at(-1)! / prices[0]!) ** (TRADING_DAYS_PER_YEAR / periods) - 1;
}

/** Sample standard deviation of daily returns, scaled by the square root of 252. */
export function annualisedVolatility(returns: Float64Array): number {
  return sampleStandardDeviation(Array.from(returns)) * Math.sqrt(TRADING_DAYS_PER_YEAR);
}

/** Turns a yearly rate into the daily one that compounds to it over 252 days. */
function dailyRate(yearlyRate: number): number {
  return (1 + yearlyRate) ** (1 / TRADING_DAYS_PER_YEAR) - 1;
}

// Below this a deviation is rounding noise, and a ratio over it would be a made-up number.
const NO_VARIATION = 1e-12;

/**
 * Sharpe ratio (Sharpe 1994): mean over sample standard deviation of the daily excess returns,
 * times the square root of 252. Null when the returns do not vary.
 */
export function sharpeRatio(returns: Float64Array, yearlyRiskFreeRate: number): number | null {
  const excess = Array.from(returns, (value) => value - dailyRate(yearlyRiskFreeRate));
  const deviation = sampleStandardDeviation(excess);
  return deviation < NO_VARIATION
    ? null
    : (mean(excess) / deviation) * Math.sqrt(TRADING_DAYS_PER_YEAR);
}

/**
 * Sortino ratio (Sortino and Price 1994) with the risk-free rate as target: mean excess return
 * over the root mean square of the shortfalls of all days. Null when no day fell short.
 */
export function sortinoRatio(returns: Float64Array, yearlyRiskFreeRate: number): number | null {
  const excess = Array.from(returns, (value) => value - dailyRate(yearlyRiskFreeRate));
  const downside = Math.sqrt(mean(excess.map((value) => Math.min(value, 0) ** 2)));
  return downside < NO_VARIATION
    ? null
    : (mean(excess) / downside) * Math.sqrt(TRADING_DAYS_PER_YEAR);
}
