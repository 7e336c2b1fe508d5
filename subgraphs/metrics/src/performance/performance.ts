import { absence } from "../absences/absence.ts";
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
import type { Valuations } from "./valuations.ts";

/** What has a performance. */
export type Subject = "FUND" | "ACCOUNT";

/** What the performance of a fund or an account is computed from; cloneable. */
export interface PerformanceArguments {
  readonly subject: Subject;
  /** It day by day, or the reason why it cannot be valued. */
  readonly valuations: Valuations | string;
  /** Prices of the benchmark, or the reason why there are none; null when none is named. */
  readonly benchmark: Series | string | null;
  readonly given: FigureArguments;
  /** Day of the figures. */
  readonly asOf: string;
}

/** Return and risk, with the value of one unit by day, from 1 on. */
export interface Performance {
  readonly metrics: Metric[];
  readonly index: Series;
}

const NOTHING: Series = { times: new Float64Array(), values: new Float64Array() };

const FLOW_RULES: Readonly<Record<Subject, string>> = {
  FUND: "Capital counts as flow: what came in at the start of its day, what went out at the end. Corrections against equity count as capital, reversals on the day of what they reverse.",
  ACCOUNT:
    "All but income and expenses counts as flow, that of one day net: what came in at its start, what went out at its end. Income and expenses belong to the accounts of the posting that are no cash, by the size of their movements, and to those of cash when there are no others; reversals count on the day of what they reverse. Of a liability it is what the debt costs.",
};

/** Time- and money-weighted return, and every figure of the unit value. */
export function performanceOf(args: PerformanceArguments): Performance {
  const { subject, valuations, benchmark, given, asOf } = args;
  const weighted = typeof valuations === "string" ? valuations : weightTime(valuations, subject);
  const index = typeof weighted === "string" ? NOTHING : weighted.index;
  const sample = new FigureSample(index, benchmark ?? undefined);
  const figures = PRICE_FIGURES.filter(
    ({ uses }) => benchmark !== null || uses !== "PAIRED_RETURNS",
  ).map((definition) => {
    const method = `${definition.formula} Of the value of one unit, from the time-weighted return. ${FLOW_RULES[subject]}`;
    const about = { name: definition.name, asOf, method };
    const rates = typeof valuations === "string" ? {} : valuations.rateInputs;
    if (typeof weighted === "string") return missingMetric(about, "RATIO", weighted);
    const { value, unavailable, inputs } = computeFigure(definition, sample, given);
    const whole = { ...about, inputs: { ...inputs, ...rates } };
    return value === null
      ? missingMetric(whole, "RATIO", unavailable ?? "The figure is unknown.")
      : numberMetric(whole, "RATIO", value);
  });
  return {
    metrics: [timeWeightedMetric(args, weighted), moneyWeightedMetric(args), ...figures],
    index,
  };
}

/** The value of one unit by day, from 1 on; or the reason why there is none. */
export function unitValues(valuations: Valuations, subject: Subject): Series | string {
  const weighted = weightTime(valuations, subject);
  return typeof weighted === "string" ? weighted : weighted.index;
}

/** The returns between flows, chained; or the reason why there are none. */
function weightTime(
  valuations: Valuations,
  subject: Subject,
): Extract<TimeWeightedReturn, { kind: "RETURN" }> | string {
  const weighted = timeWeightedReturn(revaluations(valuations));
  if (weighted.kind === "RETURN") return { ...weighted, index: withBase(weighted.index) };
  const { reason, time } = weighted;
  const named = { subject: subject.toLowerCase() };
  return time === null
    ? absence(reason, named)
    : absence(`${reason}_ON`, { ...named, day: toDay(time) });
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

/** What was there the day before, then two valuations a day: before what came in, and before what went out. */
function revaluations({ times, values, inflows, outflows, opening }: Valuations): Valuation[] {
  const before =
    times.length === 0 || opening === 0
      ? []
      : [{ time: times[0]! - MS_PER_DAY, value: 0, flow: opening }];
  return [
    ...before,
    ...Array.from(times).flatMap((time, index) => [
      { time, value: index === 0 ? opening : values[index - 1]!, flow: inflows[index]! },
      { time, value: values[index]! + outflows[index]!, flow: -outflows[index]! },
    ]),
  ];
}

function rangeInputs(valuations: Valuations | string): Record<string, string | number> {
  if (typeof valuations === "string" || valuations.times.length === 0) return {};
  const { times, inflows, outflows, rateInputs } = valuations;
  const flowDays = inflows.filter((inflow, index) => inflow !== 0 || outflows[index] !== 0).length;
  return { from: toDay(times[0]!), to: toDay(times.at(-1)!), flowDays, ...rateInputs };
}

function timeWeightedMetric(
  { subject, valuations, asOf }: PerformanceArguments,
  weighted: ReturnType<typeof weightTime>,
): Metric {
  const { name, formula } = FIGURE_TEXTS.TIME_WEIGHTED_RETURN;
  const inputs = rangeInputs(valuations);
  const about: MetricDescription = {
    name,
    asOf,
    method: `${formula} ${FLOW_RULES[subject]}`,
    inputs,
  };
  return typeof weighted === "string"
    ? missingMetric(about, "RATIO", weighted)
    : numberMetric(about, "RATIO", weighted.value + 0);
}

function moneyWeightedMetric({ subject, valuations, asOf }: PerformanceArguments): Metric {
  const { name, formula } = FIGURE_TEXTS.MONEY_WEIGHTED_RETURN;
  const inputs = rangeInputs(valuations);
  const about: MetricDescription = {
    name,
    asOf,
    method: `${formula} ${FLOW_RULES[subject]}`,
    inputs,
  };
  if (typeof valuations === "string") return missingMetric(about, "RATIO", valuations);
  const result = moneyWeightedReturn(cashFlows(valuations));
  switch (result.kind) {
    case "RATE":
      return Number.isFinite(result.rate)
        ? numberMetric(about, "RATIO", result.rate + 0)
        : missingMetric(about, "RATIO", absence("RATE_TOO_LARGE"));
    case "SEVERAL":
      return missingMetric(
        about,
        "RATIO",
        absence("SEVERAL_RATES", { rates: result.rates.slice(0, 5).join(", ") }),
      );
    case "NONE":
      return missingMetric(
        about,
        "RATIO",
        result.reason === "ONE_DAY" ? absence("ONE_DAY") : absence("NO_YEARLY_RATE"),
      );
  }
}

/** As the investors see it: paid in is negative, what was there the day before too; the value at the end is received. */
function cashFlows({ times, values, inflows, outflows, opening }: Valuations): CashFlow[] {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return [];
  const days = Array.from(times)
    .map((time, index) => ({ time, amount: outflows[index]! - inflows[index]! }))
    .filter(({ amount }) => amount !== 0);
  const ends = [
    { time: first - MS_PER_DAY, amount: -opening },
    { time: last, amount: values.at(-1) ?? 0 },
  ];
  return [...days, ...ends].filter(({ amount }) => amount !== 0);
}
