import { computeFigure, FIGURE_TEXTS, PRICE_FIGURES } from "../figures/definitions.ts";
import type { FigureArguments } from "../figures/figure.ts";
import { FigureSample } from "../figures/figure-sample.ts";
import { moneyWeightedReturn } from "../figures/money-weighted.ts";
import type { CashFlow } from "../figures/money-weighted.ts";
import { timeWeightedReturn } from "../figures/time-weighted.ts";
import type { TimeWeightedReturn, Valuation } from "../figures/time-weighted.ts";
import { missingMetric, numberMetric } from "../metric/metric.ts";
import type { Metric, MetricDescription } from "../metric/metric.ts";
import { toDay } from "../series/calendar.ts";
import type { Series } from "../series/series.ts";
import type { FundValuations } from "./fund-valuations.ts";

/** What the performance of a fund is computed from; cloneable. */
export interface PerformanceArguments {
  /** The fund day by day, or the reason why it cannot be valued. */
  readonly valuations: FundValuations | string;
  /** Prices of the benchmark, or the reason why there are none; null when none is named. */
  readonly benchmark: Series | string | null;
  readonly given: FigureArguments;
  /** Day of the figures. */
  readonly asOf: string;
}

/** Return and risk of a fund, with the value of one unit by day, from 1 on. */
export interface Performance {
  readonly metrics: Metric[];
  readonly index: Series;
}

const NOTHING: Series = { times: new Float64Array(), values: new Float64Array() };

const FLOW_RULE =
  "Capital counts as flow: what came in at the start of its day, what went out at the end. Corrections against equity count as capital, reversals on the day of what they reverse.";

const FAILURES: Readonly<Record<Extract<TimeWeightedReturn, { kind: "NONE" }>["reason"], string>> =
  {
    NOT_INVESTED: "The fund has had no capital.",
    UNFUNDED_VALUE: "The fund is worth something without capital",
    NEGATIVE_VALUE: "The fund is worth less than nothing",
    DISORDER: "The fund's value is no number",
  };

/** The performance of a fund: time- and money-weighted return, and every figure of its unit value. */
export function fundPerformance({
  valuations,
  benchmark,
  given,
  asOf,
}: PerformanceArguments): Performance {
  const weighted = typeof valuations === "string" ? valuations : weightTime(valuations);
  const index = typeof weighted === "string" ? NOTHING : weighted.index;
  const sample = new FigureSample(index, benchmark ?? undefined);
  const figures = PRICE_FIGURES.filter(
    ({ uses }) => benchmark !== null || uses !== "PAIRED_RETURNS",
  ).map((definition) => {
    const method = `${definition.formula} Of the value of one unit, from the time-weighted return. ${FLOW_RULE}`;
    const about = { name: definition.name, asOf, method };
    if (typeof weighted === "string") return missingMetric(about, "RATIO", weighted);
    const { value, unavailable, inputs } = computeFigure(definition, sample, given);
    const whole = { ...about, inputs };
    return value === null
      ? missingMetric(whole, "RATIO", unavailable ?? "The figure is unknown.")
      : numberMetric(whole, "RATIO", value);
  });
  return {
    metrics: [
      timeWeightedMetric(valuations, weighted, asOf),
      moneyWeightedMetric(valuations, asOf),
      ...figures,
    ],
    index,
  };
}

/** The returns between flows, chained; or the reason why there are none. */
function weightTime(
  valuations: FundValuations,
): Extract<TimeWeightedReturn, { kind: "RETURN" }> | string {
  const weighted = timeWeightedReturn(revaluations(valuations));
  if (weighted.kind === "RETURN") return { ...weighted, index: withBase(weighted.index) };
  const { reason, time } = weighted;
  return time === null ? FAILURES[reason] : `${FAILURES[reason]} on ${toDay(time)}.`;
}

const MS_PER_DAY = 86_400_000;

/** Begins the index at 1, the day before, when the first day already had a return. */
function withBase({ times, values }: Series): Series {
  const first = times[0];
  if (first === undefined || values[0] === 1) return { times, values };
  return {
    times: Float64Array.of(first - MS_PER_DAY, ...times),
    values: Float64Array.of(1, ...values),
  };
}

/** Two valuations a day: before what came in, and before what went out. */
function revaluations({ times, values, inflows, outflows, opening }: FundValuations): Valuation[] {
  const before =
    times.length === 0 || opening === 0 ? [] : [{ time: times[0]!, value: 0, flow: opening }];
  return [
    ...before,
    ...Array.from(times).flatMap((time, index) => [
      { time, value: index === 0 ? opening : values[index - 1]!, flow: inflows[index]! },
      { time, value: values[index]! + outflows[index]!, flow: -outflows[index]! },
    ]),
  ];
}

function rangeInputs(valuations: FundValuations | string): Record<string, string | number> {
  if (typeof valuations === "string" || valuations.times.length === 0) return {};
  const { times, inflows, outflows } = valuations;
  const flowDays = inflows.filter((inflow, index) => inflow !== 0 || outflows[index] !== 0).length;
  return { from: toDay(times[0]!), to: toDay(times.at(-1)!), flowDays };
}

function timeWeightedMetric(
  valuations: FundValuations | string,
  weighted: ReturnType<typeof weightTime>,
  asOf: string,
): Metric {
  const { name, formula } = FIGURE_TEXTS.TIME_WEIGHTED_RETURN;
  const inputs = rangeInputs(valuations);
  const about: MetricDescription = { name, asOf, method: `${formula} ${FLOW_RULE}`, inputs };
  return typeof weighted === "string"
    ? missingMetric(about, "RATIO", weighted)
    : numberMetric(about, "RATIO", weighted.value + 0);
}

function moneyWeightedMetric(valuations: FundValuations | string, asOf: string): Metric {
  const { name, formula } = FIGURE_TEXTS.MONEY_WEIGHTED_RETURN;
  const inputs = rangeInputs(valuations);
  const about: MetricDescription = { name, asOf, method: `${formula} ${FLOW_RULE}`, inputs };
  if (typeof valuations === "string") return missingMetric(about, "RATIO", valuations);
  const result = moneyWeightedReturn(cashFlows(valuations));
  switch (result.kind) {
    case "RATE":
      return Number.isFinite(result.rate)
        ? numberMetric(about, "RATIO", result.rate + 0)
        : missingMetric(about, "RATIO", "The rate is too large for a number.");
    case "SEVERAL":
      return missingMetric(
        about,
        "RATIO",
        `Several yearly rates fit: ${result.rates.slice(0, 5).join(", ")}.`,
      );
    case "NONE":
      return missingMetric(
        about,
        "RATIO",
        result.reason === "ONE_DAY"
          ? "All flows are on one day."
          : "No yearly rate fits the flows and the value at the end.",
      );
  }
}

/** As the investors see it: paid in is negative, the value at the end is received. */
function cashFlows({ times, values, inflows, outflows, opening }: FundValuations): CashFlow[] {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const days = Array.from(times)
    .map((time, index) => ({ time, amount: outflows[index]! - inflows[index]! }))
    .filter(({ amount }) => amount !== 0);
  const ends = [
    { time: first, amount: -opening },
    { time: last, amount: values.at(-1) ?? 0 },
  ];
  return [...days, ...ends].filter(({ amount }) => amount !== 0);
}
