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
