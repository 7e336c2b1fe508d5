import { missingMetric, numberMetric } from "../metric/metric.ts";
import type { Metric, MetricName } from "../metric/metric.ts";
import { daysBetween } from "../series/calendar.ts";
import {
  annualisedReturn,
  annualisedVolatility,
  cumulativeReturn,
  sharpeRatio,
  simpleReturns,
  sortinoRatio,
  TRADING_DAYS_PER_YEAR,
} from "../statistics/returns.ts";
import { historicalRisk, maximumDrawdown } from "../statistics/risk.ts";
import type { PriceSeries } from "./price-store.ts";

const RISK_LEVEL = 0.95;

interface Definition {
  name: MetricName;
  method: string;
  /** Returns the figure needs. */
  minimumReturns: number;
  /** True when the figure only holds for one price per trading day. */
  daily: boolean;
  /** The figure and its own inputs, or the reason why there is none. */
  compute(sample: Sample): { value: number; inputs?: Record<string, string | number> } | string;
}

interface Sample extends PriceSeries {
  returns: Float64Array;
  riskFreeRate: number;
}

const DEFINITIONS: readonly Definition[] = [
  {
    name: "cumulativeReturn",
    method: "Last close over first close, less one.",
    minimumReturns: 1,
    daily: false,
    compute: ({ closes }) => ({ value: cumulativeReturn(closes) }),
  },
  {
    name: "annualisedReturn",
    method:
      "Geometric return per year of 252 trading days; periods under a year are not annualised (GIPS).",
    minimumReturns: TRADING_DAYS_PER_YEAR,
    daily: true,
    compute: ({ closes }) => ({ value: annualisedReturn(closes) }),
  },
  {
    name: "annualisedVolatility",
    method: "Sample standard deviation of daily simple returns times the square root of 252.",
    minimumReturns: 20,
    daily: true,
    compute: ({ returns }) => ({ value: annualisedVolatility(returns) }),
  },
  {
    name: "sharpe",
    method:
      "Mean over sample standard deviation of daily excess returns times the square root of 252 (Sharpe 1994).",
    minimumReturns: 20,
    daily: true,
    compute: ({ returns, riskFreeRate }) =>
      ratio(sharpeRatio(returns, riskFreeRate), riskFreeRate, "The returns do not vary."),
  },
  {
    name: "sortino",
    method:
      "Mean daily excess return over the root mean square of its shortfalls below zero, all days counted, times the square root of 252 (Sortino and Price 1994).",
    minimumReturns: 20,
    daily: true,
    compute: ({ returns, riskFreeRate }) =>
      ratio(sortinoRatio(returns, riskFreeRate), riskFreeRate, "No day fell short."),
  },
  {
    name: "maxDrawdown",
    method: "Deepest fall of the close from a peak, as a positive ratio.",
    minimumReturns: 1,
    daily: false,
    compute: ({ closes, days }) => drawdown(closes, days),
  },
  {
    name: "valueAtRisk95",
    method:
      "Loss of one day not exceeded on 95 % of days: minus the 5 % sample quantile of daily simple returns (type 7).",
    minimumReturns: 100,
    daily: true,
    compute: ({ returns }) => ({ value: historicalRisk(returns, RISK_LEVEL).valueAtRisk }),
  },
  {
    name: "expectedShortfall95",
    method: "Mean loss of the days at or beyond the historical 95 % value at risk.",
    minimumReturns: 100,
    daily: true,
    compute: ({ returns }) => ({ value: historicalRisk(returns, RISK_LEVEL).expectedShortfall }),
  },
];

/** All metrics of a price history, as ratios; `riskFreeRate` is yearly, 0.02 is 2 %. */
export function instrumentMetrics(
  series: PriceSeries,
  riskFreeRate: number,
  asOf: string,
): Metric[] {
  const sample = { ...series, returns: simpleReturns(series.closes), riskFreeRate };
  return DEFINITIONS.map((definition) => {
    const about = {
      name: definition.name,
      method: definition.method,
      asOf,
      inputs: {
        from: series.days[0] ?? "none",
        to: series.days.at(-1) ?? "none",
        returns: sample.returns.length,
      },
    };
    const result = missingReason(definition, sample) ?? definition.compute(sample);
    if (typeof result === "string") return missingMetric(about, "RATIO", result);
    return numberMetric(
      { ...about, inputs: { ...about.inputs, ...result.inputs } },
      "RATIO",
      result.value,
    );
  });
}

function missingReason({ minimumReturns, daily }: Definition, sample: Sample): string | null {
  const { returns, days } = sample;
  if (returns.length < minimumReturns) {
    return `Needs ${minimumReturns} returns; there are ${returns.length}.`;
  }
  if (!daily) return null;
  // Five trading days in seven make 1.4 to 1.5 calendar days a return.
  const spacing = daysBetween(days[0]!, days.at(-1)!) / returns.length;
  if (spacing > 1.2 && spacing < 2) return null;
  return `Needs one price per trading day; here a return spans ${spacing.toFixed(1)} days on average.`;
}

const ratio = (value: number | null, riskFreeRate: number, reasonForNull: string) =>
  value === null ? reasonForNull : { value, inputs: { yearlyRiskFreeRate: riskFreeRate } };

function drawdown(closes: Float64Array, days: readonly string[]) {
  const deepest = maximumDrawdown(closes);
  if (deepest === null) return { value: 0 };
  const { depth, peak, trough, recovery } = deepest;
  const recovered = recovery === null ? "not yet" : days[recovery]!;
  return { value: depth, inputs: { peak: days[peak]!, trough: days[trough]!, recovered } };
}
