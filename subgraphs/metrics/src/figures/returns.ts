import { mean } from "simple-statistics";
import type { Frequency } from "../series/frequency.ts";
import type { Series } from "../series/series.ts";
import { listOf } from "./number-list.ts";

/** Simple returns between consecutive prices; one shorter than the prices. */
export function simpleReturns(prices: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, prices.length - 1));
  for (let index = 1; index < prices.length; index++) {
    returns[index - 1] = prices[index]! / prices[index - 1]! - 1;
  }
  return returns;
}

/** Returns of single periods, each with the instant of its end; those that span a gap are left out. */
export interface PeriodReturns {
  readonly times: Float64Array;
  readonly returns: Float64Array;
}

/** The returns of a price series without those that span one of its gaps. */
export function periodReturns(
  { times, values }: Series,
  { gaps }: Pick<Frequency, "gaps">,
): PeriodReturns {
  const all = { times: times.subarray(1), returns: simpleReturns(values) };
  if (gaps.length === 0) return all;
  const afterGap = new Set(gaps.map(({ to }) => to));
  const kept = (_: number, index: number) => !afterGap.has(all.times[index]!);
  return { times: all.times.filter(kept), returns: all.returns.filter(kept) };
}

/** Total return from the first to the last price, as a ratio: 0.25 is plus 25 %. */
export function cumulativeReturn(prices: Float64Array): number {
  return prices.at(-1)! / prices[0]! - 1;
}

/**
 * Geometric return per year, as a ratio: the growth of all periods, to the power of the periods
 * of a year over their number.
 */
export function annualisedReturn(returns: Float64Array, periodsPerYear: number): number {
  // Sums of logarithms neither overflow nor vanish, however long the series is.
  const growth = mean(listOf(returns, Math.log1p)) * periodsPerYear;
  return Math.expm1(growth);
}

const MS_PER_DAY = 86_400_000;
const DAYS_PER_YEAR = 365.25;

/** Years of 365.25 days from the first to the last instant. */
export const yearsSpanned = (times: Float64Array): number =>
  times.length === 0 ? 0 : (times.at(-1)! - times[0]!) / MS_PER_DAY / DAYS_PER_YEAR;

/** Compound annual growth rate by the calendar, as a ratio: gaps count with their time. */
export const compoundAnnualGrowth = ({ times, values }: Series): number =>
  (values.at(-1)! / values[0]!) ** (1 / yearsSpanned(times)) - 1;

/** Turns a yearly rate into the one of a period that compounds to it. */
export const periodRate = (yearlyRate: number, periodsPerYear: number): number =>
  (1 + yearlyRate) ** (1 / periodsPerYear) - 1;
