import { absence } from "../absences/absence.ts";
import { toDay } from "../series/calendar.ts";
import { maximumDrawdown, ulcerIndex } from "./drawdowns.ts";
import type { FigureSample } from "./figure-sample.ts";
import type { FigureArguments, FigureOutcome, FigureTable, FigureText } from "./figure.ts";
import { omegaRatio, sharpeRatio, sortinoRatio } from "./ratios.ts";
import {
  annualisedReturn,
  compoundAnnualGrowth,
  cumulativeReturn,
  periodRate,
  yearsSpanned,
} from "./returns.ts";
import {
  annualisedVolatility,
  downsideDeviation,
  ewmaVolatility,
  RISK_METRICS_DECAY,
} from "./volatility.ts";

const NO_SHORTFALL = absence("NO_SHORTFALL");
const NO_VARIATION = absence("NO_VARIATION");

/** A ratio with the rates it was computed with, or the reason why there is none. */
function ratio(value: number | null, reason: string, given: FigureArguments): FigureOutcome {
  if (value === null) return reason;
  const { riskFreeRate, targetReturn } = given;
  const target = targetReturn === null ? {} : { yearlyTargetReturn: targetReturn };
  return { value, inputs: { yearlyRiskFreeRate: riskFreeRate, ...target } };
}

/** The return of one period that counts as none. */
const targetOf = ({ riskFreeRate, targetReturn }: FigureArguments, periodsPerYear: number) =>
  periodRate(targetReturn ?? riskFreeRate, periodsPerYear);

/** Return, volatility and the ratios of the two. */
export const RETURN_FIGURES = {
  CUMULATIVE_RETURN: {
    name: "cumulativeReturn",
    title: "Cumulative return",
    formula: "Last price over first price, less one.",
    arguments: [],
    uses: "PRICES",
    minimumReturns: 1,
    reference: "sp500-daily",
    compute: ({ series }) => cumulativeReturn(series.values),
  },
  ANNUALISED_RETURN: {
    name: "annualisedReturn",
    title: "Annualised return",
    formula:
      "Geometric return of all periods, to the periods of a year; less than a year is not annualised (GIPS 2020).",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: "ONE_YEAR",
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }) => annualisedReturn(returns, periodsPerYear),
  },
  COMPOUND_ANNUAL_GROWTH_RATE: {
    name: "compoundAnnualGrowthRate",
    title: "Compound annual growth rate",
    formula:
      "Last price over first price, to the power of one over the years of 365.25 days between them, less one; less than a year is not annualised (GIPS 2020).",
    arguments: [],
    uses: "PRICES",
    minimumReturns: 1,
    reference: "sp500-daily",
    compute: ({ series }) => {
      const years = yearsSpanned(series.times);
      // A year of 365 days counts as one.
      if (years < 0.999) return absence("LESS_THAN_A_YEAR", { years: years.toFixed(2) });
      return { value: compoundAnnualGrowth(series), inputs: { years: Number(years.toFixed(4)) } };
    },
  },
  ANNUALISED_VOLATILITY: {
    name: "annualisedVolatility",
    title: "Annualised volatility",
    formula:
      "Sample standard deviation of simple returns times the square root of the periods of a year.",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }) => annualisedVolatility(returns, periodsPerYear),
  },
  EWMA_VOLATILITY: {
    name: "ewmaVolatility",
    title: "Exponentially weighted volatility",
    formula:
      "Root of the weighted mean of squared returns, each weight 0.94 of that of the return after it, times the square root of the periods of a year (RiskMetrics 1996).",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }) => ({
      value: ewmaVolatility(returns, periodsPerYear),
      inputs: { decay: RISK_METRICS_DECAY },
    }),
  },
  DOWNSIDE_DEVIATION: {
    name: "downsideDeviation",
    title: "Downside deviation",
    formula:
      "Root mean square of the shortfalls of returns below the target, all periods counted, times the square root of the periods of a year (Sortino and Price 1994).",
    arguments: ["riskFreeRate", "targetReturn"],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }, given) => {
      const deviation = downsideDeviation(returns, targetOf(given, periodsPerYear));
      return ratio(deviation * Math.sqrt(periodsPerYear), NO_SHORTFALL, given);
    },
  },
  SHARPE: {
    name: "sharpe",
    title: "Sharpe ratio",
    formula:
      "Mean over sample standard deviation of excess returns times the square root of the periods of a year (Sharpe 1994).",
    arguments: ["riskFreeRate"],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }, { riskFreeRate }) => {
      const value = sharpeRatio(returns, riskFreeRate, periodsPerYear);
      return value === null
        ? NO_VARIATION
        : { value, inputs: { yearlyRiskFreeRate: riskFreeRate } };
    },
  },
  SORTINO: {
    name: "sortino",
    title: "Sortino ratio",
    formula:
      "Mean excess return over the target divided by the root mean square of its shortfalls below zero, all periods counted, times the square root of the periods of a year (Sortino and Price 1994).",
    arguments: ["riskFreeRate", "targetReturn"],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }, given) => {
      const target = given.targetReturn ?? given.riskFreeRate;
      return ratio(sortinoRatio(returns, target, periodsPerYear), NO_SHORTFALL, given);
    },
  },
  CALMAR: {
    name: "calmar",
    title: "Calmar ratio",
    formula:
      "Annualised return over the deepest drawdown, both of the whole range (after Young 1991).",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: "ONE_YEAR",
    reference: "sp500-daily",
    compute: ({ series, returns, periodsPerYear }) => {
      const depth = maximumDrawdown(series.values)?.depth ?? 0;
      if (depth === 0) return absence("NO_FALL");
      return annualisedReturn(returns, periodsPerYear) / depth;
    },
  },
  OMEGA: {
    name: "omega",
    title: "Omega ratio",
    formula:
      "Sum of the returns above the target over the sum of the shortfalls below it (Keating and Shadwick 2002).",
    arguments: ["riskFreeRate", "targetReturn"],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ returns, periodsPerYear }, given) =>
      ratio(omegaRatio(returns, targetOf(given, periodsPerYear)), NO_SHORTFALL, given),
  },
  MAX_DRAWDOWN: {
    name: "maxDrawdown",
    title: "Maximum drawdown",
    formula: "Deepest fall of the price from a peak, as a positive ratio.",
    arguments: [],
    uses: "PRICES",
    minimumReturns: 1,
    reference: "sp500-daily",
    compute: deepestFall,
  },
  ULCER_INDEX: {
    name: "ulcerIndex",
    title: "Ulcer index",
    formula:
      "Root mean square of the falls of the price from its highest so far, all periods counted, as a ratio (Martin 1987).",
    arguments: [],
    uses: "PRICES",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ series }) => ulcerIndex(series.values),
  },
} as const satisfies FigureTable;

function deepestFall({ series }: FigureSample): FigureOutcome {
  const deepest = maximumDrawdown(series.values);
  if (deepest === null) return 0;
  const day = (index: number) => toDay(series.times[index]!);
  const { depth, peak, trough, recovery } = deepest;
  const recovered = recovery === null ? "not yet" : day(recovery);
  return { value: depth, inputs: { peak: day(peak), trough: day(trough), recovered } };
}

/** Returns of an investment with flows of its own: a fund, an account, a holding. */
export const FLOW_FIGURES = {
  TIME_WEIGHTED_RETURN: {
    name: "timeWeightedReturn",
    title: "Time-weighted return",
    formula:
      "Returns between external flows, the investment revalued at each of them, chained; time without an investment is left out (GIPS 2020).",
    arguments: [],
    reference: "flows",
  },
  MONEY_WEIGHTED_RETURN: {
    name: "moneyWeightedReturn",
    title: "Money-weighted return",
    formula:
      "Yearly rate, on years of 365 days, at which all flows and the value at the end are worth nothing together (XIRR); none when no rate or several rates fit.",
    arguments: [],
    reference: "flows",
  },
} as const satisfies Readonly<Record<string, FigureText>>;
