import { sampleKurtosis, sampleSkewness } from "simple-statistics";
import { absence } from "../absences/absence.ts";
import type { FigureSample } from "./figure-sample.ts";
import type { FigureArguments, FigureOutcome, FigureTable } from "./figure.ts";
import { NO_VARIATION, tailRatio } from "./ratios.ts";
import {
  cornishFisherRisk,
  countExceptions,
  historicalRisk,
  kupiecTest,
  normalRisk,
} from "./tail-risk.ts";
import type { TailRisk } from "./tail-risk.ts";

type RiskOfSample = (sample: FigureSample, level: number) => TailRisk | string;

const byHistory: RiskOfSample = ({ sorted }, level) => historicalRisk(sorted, level);
const byNormal: RiskOfSample = ({ moments }, level) => normalRisk(moments, level);
const byCornishFisher: RiskOfSample = ({ moments }, level) => {
  const { deviation, skewness, excessKurtosis } = moments;
  if (deviation < NO_VARIATION) return absence("NO_VARIATION");
  return (
    cornishFisherRisk(moments, level) ??
    `Skewness ${skewness.toFixed(2)} and excess kurtosis ${excessKurtosis.toFixed(2)} lie outside the domain in which the expansion ascends.`
  );
};

/** A figure of the tail at the level asked for. */
const atLevel =
  (riskOf: RiskOfSample, part: keyof TailRisk) =>
  (sample: FigureSample, { level }: FigureArguments): FigureOutcome => {
    const risk = riskOf(sample, level);
    return typeof risk === "string" ? risk : { value: risk[part], inputs: { level } };
  };

/** How the returns are distributed, and how much of them may be lost. */
export const RISK_FIGURES = {
  SKEWNESS: {
    name: "skewness",
    title: "Skewness",
    formula:
      "Third standardised moment of simple returns, adjusted for the sample's size (the estimator G1 of Joanes and Gill 1998).",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ list, moments }) =>
      moments.deviation < NO_VARIATION ? absence("NO_VARIATION") : sampleSkewness(list),
  },
  EXCESS_KURTOSIS: {
    name: "excessKurtosis",
    title: "Excess kurtosis",
    formula:
      "Fourth standardised moment of simple returns less 3, adjusted for the sample's size (the estimator G2 of Joanes and Gill 1998); 0 for a normal distribution.",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: ({ list, moments }) =>
      moments.deviation < NO_VARIATION ? absence("NO_VARIATION") : sampleKurtosis(list),
  },
  TAIL_RATIO: {
    name: "tailRatio",
    title: "Tail ratio",
    formula:
      "The 95 % quantile of simple returns over the absolute 5 % quantile (type 7 of Hyndman and Fan 1996).",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "sp500-daily",
    compute: ({ sorted }) => tailRatio(sorted) ?? absence("NO_LOSS_AT_QUANTILE"),
  },
  VALUE_AT_RISK_95: {
    name: "valueAtRisk95",
    title: "Value at risk at 95 %",
    formula:
      "Loss of one period not exceeded in 95 % of periods: minus the 5 % sample quantile of simple returns (type 7).",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "sp500-daily",
    compute: ({ sorted }) => historicalRisk(sorted, 0.95).valueAtRisk,
  },
  EXPECTED_SHORTFALL_95: {
    name: "expectedShortfall95",
    title: "Expected shortfall at 95 %",
    formula: "Mean loss of the periods at or beyond the historical 95 % value at risk.",
    arguments: [],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "sp500-daily",
    compute: ({ sorted }) => historicalRisk(sorted, 0.95).expectedShortfall,
  },
  VALUE_AT_RISK: {
    name: "valueAtRisk",
    title: "Value at risk",
    formula:
      "Loss of one period not exceeded in `level` of the periods: minus the sample quantile of simple returns (type 7).",
    arguments: ["level"],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "sp500-daily",
    compute: atLevel(byHistory, "valueAtRisk"),
  },
  EXPECTED_SHORTFALL: {
    name: "expectedShortfall",
    title: "Expected shortfall",
    formula: "Mean loss of the periods at or beyond the historical value at risk.",
    arguments: ["level"],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "sp500-daily",
    compute: atLevel(byHistory, "expectedShortfall"),
  },
  VALUE_AT_RISK_NORMAL: {
    name: "valueAtRiskNormal",
    title: "Value at risk, normal",
    formula:
      "Loss of one period not exceeded in `level` of the periods if simple returns are normal, with the mean and the population standard deviation of the sample (RiskMetrics 1996).",
    arguments: ["level"],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: atLevel(byNormal, "valueAtRisk"),
  },
  EXPECTED_SHORTFALL_NORMAL: {
    name: "expectedShortfallNormal",
    title: "Expected shortfall, normal",
    formula: "Mean loss of one period beyond the normal value at risk, of the same distribution.",
    arguments: ["level"],
    uses: "RETURNS",
    minimumReturns: 20,
    reference: "sp500-daily",
    compute: atLevel(byNormal, "expectedShortfall"),
  },
  VALUE_AT_RISK_CORNISH_FISHER: {
    name: "valueAtRiskCornishFisher",
    title: "Value at risk, Cornish-Fisher",
    formula:
      "The normal value at risk, its quantile corrected for the population skewness and excess kurtosis (Zangari 1996); only where the correction ascends with the level (Maillard 2012).",
    arguments: ["level"],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "msft-monthly",
    compute: atLevel(byCornishFisher, "valueAtRisk"),
  },
  EXPECTED_SHORTFALL_CORNISH_FISHER: {
    name: "expectedShortfallCornishFisher",
    title: "Expected shortfall, Cornish-Fisher",
    formula:
      "Mean loss of one period beyond the Cornish-Fisher value at risk, of the same expansion (Maillard 2012).",
    arguments: ["level"],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "msft-monthly",
    compute: atLevel(byCornishFisher, "expectedShortfall"),
  },
  VALUE_AT_RISK_BACKTEST: {
    name: "valueAtRiskBacktest",
    title: "Back-test of the value at risk",
    formula:
      "Probability of a count of losses beyond the value at risk at least as unlikely, if the level is right (Kupiec 1995); the historical value at risk of each period is that of the `window` returns before it.",
    arguments: ["level", "window"],
    uses: "RETURNS",
    minimumReturns: 100,
    reference: "sp500-daily",
    compute: backtest,
  },
} as const satisfies FigureTable;

// Fewer periods tell no level apart from another one.
const LEAST_TESTED = 50;

function backtest({ returns }: FigureSample, { level, window }: FigureArguments): FigureOutcome {
  const least = window + LEAST_TESTED;
  if (returns.length < least) return absence("TOO_FEW_RETURNS", { least, count: returns.length });
  const { exceptions, periods } = countExceptions(returns, window, level);
  const { likelihoodRatio, pValue } = kupiecTest(exceptions, periods, level);
  const expected = Number(((1 - level) * periods).toFixed(2));
  return {
    value: pValue,
    inputs: { level, window, periods, exceptions, expected, likelihoodRatio },
  };
}
