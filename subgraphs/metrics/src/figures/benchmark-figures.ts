import { mean, sampleStandardDeviation } from "simple-statistics";
import { absence } from "../absences/absence.ts";
import { activeReturns, captureRatio, regressOnBenchmark } from "./benchmark.ts";
import type { Regression } from "./benchmark.ts";
import type { FigureSample, PairedSample } from "./figure-sample.ts";
import type { FigureArguments, FigureDefinition, FigureOutcome, FigureTable } from "./figure.ts";
import { listOf } from "./number-list.ts";
import { NO_VARIATION } from "./ratios.ts";
import { periodRate } from "./returns.ts";
import { annualisedVolatility } from "./volatility.ts";

const FLAT_BENCHMARK = absence("BENCHMARK_FLAT");

/** A figure of the periods shared with the benchmark. */
const paired =
  (figure: (paired: PairedSample, given: FigureArguments) => FigureOutcome) =>
  ({ paired: shared }: FigureSample, given: FigureArguments) =>
    typeof shared === "string" ? shared : figure(shared, given);

/** A figure of the regression on the benchmark. */
const regressed = (
  figure: (regression: Regression, paired: PairedSample, riskFreeRate: number) => FigureOutcome,
) =>
  paired((shared, { riskFreeRate }) => {
    const regression = regressOnBenchmark(shared.pairs, riskFreeRate, shared.periodsPerYear);
    return regression === null ? FLAT_BENCHMARK : figure(regression, shared, riskFreeRate);
  });

const COMMON = {
  arguments: ["benchmark"],
  uses: "PAIRED_RETURNS",
  minimumReturns: 20,
  reference: "aapl-on-ibm-monthly",
} as const satisfies Partial<FigureDefinition>;

const WITH_RATE = { ...COMMON, arguments: ["benchmark", "riskFreeRate"] } as const;

/** Figures of a series beside its benchmark. */
export const BENCHMARK_FIGURES = {
  BETA: {
    ...COMMON,
    name: "beta",
    title: "Beta",
    formula:
      "Sample covariance of the returns with those of the benchmark over the benchmark's sample variance (Sharpe 1964).",
    compute: regressed(({ beta }) => beta),
  },
  ALPHA: {
    ...WITH_RATE,
    name: "alpha",
    title: "Jensen's alpha",
    formula:
      "Mean excess return less beta times the benchmark's mean excess return, times the periods of a year (Jensen 1968).",
    compute: regressed(({ alpha, beta }, _shared, riskFreeRate) => ({
      value: alpha,
      inputs: { beta, yearlyRiskFreeRate: riskFreeRate },
    })),
  },
  R_SQUARED: {
    ...COMMON,
    name: "rSquared",
    title: "R squared",
    formula: "Squared correlation of the returns with those of the benchmark.",
    compute: regressed(({ rSquared }) => rSquared ?? absence("NO_VARIATION")),
  },
  TRACKING_ERROR: {
    ...COMMON,
    name: "trackingError",
    title: "Tracking error",
    formula:
      "Sample standard deviation of the returns less those of the benchmark, times the square root of the periods of a year.",
    compute: paired(({ pairs, periodsPerYear }) =>
      annualisedVolatility(activeReturns(pairs), periodsPerYear),
    ),
  },
  INFORMATION_RATIO: {
    ...COMMON,
    name: "informationRatio",
    title: "Information ratio",
    formula:
      "Mean over sample standard deviation of the returns less those of the benchmark, times the square root of the periods of a year (Grinold and Kahn 1999).",
    compute: paired(({ pairs, periodsPerYear }) => {
      const active = listOf(activeReturns(pairs));
      const deviation = sampleStandardDeviation(active);
      if (deviation < NO_VARIATION) return absence("SAME_AS_BENCHMARK");
      return (mean(active) / deviation) * Math.sqrt(periodsPerYear);
    }),
  },
  UP_CAPTURE: {
    ...COMMON,
    name: "upCapture",
    title: "Up capture",
    formula:
      "Geometric mean return in the periods in which the benchmark rose, over that of the benchmark.",
    compute: paired(({ pairs }) => captureRatio(pairs, "UP") ?? absence("BENCHMARK_NEVER_ROSE")),
  },
  DOWN_CAPTURE: {
    ...COMMON,
    name: "downCapture",
    title: "Down capture",
    formula:
      "Geometric mean return in the periods in which the benchmark fell, over that of the benchmark.",
    compute: paired(({ pairs }) => captureRatio(pairs, "DOWN") ?? absence("BENCHMARK_NEVER_FELL")),
  },
  TREYNOR: {
    ...WITH_RATE,
    name: "treynor",
    title: "Treynor ratio",
    formula: "Mean excess return times the periods of a year, over beta (Treynor 1965).",
    compute: regressed(({ beta }, { returns, periodsPerYear }, riskFreeRate) => {
      if (Math.abs(beta) < NO_VARIATION) return absence("BETA_IS_ZERO");
      const excess = mean(listOf(returns)) - periodRate(riskFreeRate, periodsPerYear);
      return {
        value: (excess * periodsPerYear) / beta,
        inputs: { beta, yearlyRiskFreeRate: riskFreeRate },
      };
    }),
  },
} as const satisfies FigureTable;
