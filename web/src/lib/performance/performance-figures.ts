import type { Reader } from "../dates/reader.svelte.ts";
import { absenceText } from "../funds/absence-text.ts";
import { textBy, type PlainKey, type Translate } from "../language/messages.ts";
import type { MetricName, PerformanceFigureFragment } from "../graph/graph-types.generated.ts";
import { numberText, percentText } from "./percent-text.ts";

/** A figure as the page shows it: its label, and whether its ratio is written in percent. */
export interface ShownFigure {
  readonly metric: MetricName;
  readonly label: PlainKey;
  readonly unit: "PERCENT" | "NUMBER";
}

const shown = <Metric extends MetricName>(
  unit: ShownFigure["unit"],
  metric: Metric & (`metric.${Metric}` extends PlainKey ? unknown : never),
): ShownFigure => ({ metric, unit, label: `metric.${metric}` as PlainKey });

/** Figures of the fund alone, in the order of the page. */
export const OWN_FIGURES: readonly ShownFigure[] = [
  shown("PERCENT", "TIME_WEIGHTED_RETURN"),
  shown("PERCENT", "MONEY_WEIGHTED_RETURN"),
  shown("PERCENT", "COMPOUND_ANNUAL_GROWTH_RATE"),
  shown("PERCENT", "ANNUALISED_VOLATILITY"),
  shown("NUMBER", "SHARPE"),
  shown("NUMBER", "SORTINO"),
  shown("PERCENT", "MAX_DRAWDOWN"),
  shown("PERCENT", "VALUE_AT_RISK_95"),
];

/** Figures of an instrument, in the order of its page. */
export const INSTRUMENT_FIGURES: readonly ShownFigure[] = [
  shown("PERCENT", "CUMULATIVE_RETURN"),
  shown("PERCENT", "COMPOUND_ANNUAL_GROWTH_RATE"),
  shown("PERCENT", "ANNUALISED_VOLATILITY"),
  shown("NUMBER", "SHARPE"),
  shown("NUMBER", "SORTINO"),
  shown("PERCENT", "MAX_DRAWDOWN"),
  shown("PERCENT", "VALUE_AT_RISK_95"),
  shown("PERCENT", "EXPECTED_SHORTFALL_95"),
];

/** Figures beside a benchmark, in the order of the page. */
export const BENCHMARK_FIGURES: readonly ShownFigure[] = [
  shown("NUMBER", "BETA"),
  shown("PERCENT", "ALPHA"),
  shown("PERCENT", "TRACKING_ERROR"),
  shown("NUMBER", "INFORMATION_RATIO"),
];

/** The names of the figures to request; those beside a benchmark only with one. */
export function requestedMetrics(hasBenchmark: boolean): MetricName[] {
  const figures = hasBenchmark ? [...OWN_FIGURES, ...BENCHMARK_FIGURES] : OWN_FIGURES;
  return figures.map(({ metric }) => metric);
}

export function figureText({ unit }: ShownFigure, value: number, locale: string): string {
  return unit === "PERCENT" ? percentText(value, locale) : numberText(value, locale);
}

/** Why the figure has no value; undefined when it has one. */
export function absenceOf(
  figure: PerformanceFigureFragment | undefined,
  t: Translate,
  reader: Pick<Reader, "day" | "money">,
): string | undefined {
  if (figure === undefined) return t("figure.noSuch");
  const reason = absenceText(figure, t, reader);
  if (reason !== null) return reason;
  return figure.value === null || !Number.isFinite(figure.value) ? t("figure.noSuch") : undefined;
}

/** What a figure is computed from: the value of one unit of a fund, or prices. */
export type FigureBase = "UNIT" | "PRICES";

const OF_FLOWS: ReadonlySet<MetricName> = new Set<MetricName>([
  "TIME_WEIGHTED_RETURN",
  "MONEY_WEIGHTED_RETURN",
]);

/** The definition of a figure, and what else belongs to its method. */
export function methodOf(
  { metric }: ShownFigure,
  base: FigureBase,
  t: Translate,
): { readonly definition: string; readonly rest: string } {
  const definition = textBy(t, `definition.${metric}`) ?? "";
  if (base === "PRICES") return { definition, rest: "" };
  const flows = t("figure.flowRule");
  return { definition, rest: OF_FLOWS.has(metric) ? flows : `${t("figure.ofUnit")} ${flows}` };
}

/** An input of a figure: days are written out, numbers stay as the graph states them. */
export function inputValue(value: string, reader: Pick<Reader, "day">): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? reader.day(value) : value;
}
