import type { Reader } from "../dates/reader.svelte.ts";
import type { MetricName, PerformanceFigureFragment } from "../graph/graph-types.generated.ts";

/** A figure as the page shows it: its label, and whether its ratio is written in percent. */
export interface ShownFigure {
  readonly metric: MetricName;
  readonly label: string;
  readonly unit: "PERCENT" | "NUMBER";
}

/** Figures of the fund alone, in the order of the page. */
export const OWN_FIGURES: readonly ShownFigure[] = [
  { metric: "TIME_WEIGHTED_RETURN", label: "Time-weighted return (TWR)", unit: "PERCENT" },
  { metric: "MONEY_WEIGHTED_RETURN", label: "Money-weighted return (XIRR)", unit: "PERCENT" },
  {
    metric: "COMPOUND_ANNUAL_GROWTH_RATE",
    label: "Compound annual growth rate (CAGR)",
    unit: "PERCENT",
  },
  { metric: "ANNUALISED_VOLATILITY", label: "Annualised volatility", unit: "PERCENT" },
  { metric: "SHARPE", label: "Sharpe ratio", unit: "NUMBER" },
  { metric: "SORTINO", label: "Sortino ratio", unit: "NUMBER" },
  { metric: "MAX_DRAWDOWN", label: "Maximum drawdown", unit: "PERCENT" },
  { metric: "VALUE_AT_RISK_95", label: "Value at risk, 95%", unit: "PERCENT" },
];

/** Figures beside a benchmark, in the order of the page. */
export const BENCHMARK_FIGURES: readonly ShownFigure[] = [
  { metric: "BETA", label: "Beta", unit: "NUMBER" },
  { metric: "ALPHA", label: "Jensen\u2019s alpha", unit: "PERCENT" },
  { metric: "TRACKING_ERROR", label: "Tracking error", unit: "PERCENT" },
  { metric: "INFORMATION_RATIO", label: "Information ratio", unit: "NUMBER" },
];

/** The names of the figures to request; those beside a benchmark only with one. */
export function requestedMetrics(hasBenchmark: boolean): MetricName[] {
  const shown = hasBenchmark ? [...OWN_FIGURES, ...BENCHMARK_FIGURES] : OWN_FIGURES;
  return shown.map(({ metric }) => metric);
}

const DIGITS = {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "negative",
} as const;

/** A ratio in percent to two decimals: 0.0523 is "5.23%". */
export function percentText(ratio: number, locale: string): string {
  return `${numberText(ratio * 100, locale)}%`;
}

/** A number to two decimals. */
export function numberText(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, DIGITS).format(value).replace("-", "\u2212");
}

export function figureText({ unit }: ShownFigure, value: number, locale: string): string {
  return unit === "PERCENT" ? percentText(value, locale) : numberText(value, locale);
}

const NO_FIGURE = "The graph returned no such figure.";

/** Why the figure has no value; undefined when it has one. */
export function absenceOf(figure: PerformanceFigureFragment | undefined): string | undefined {
  if (figure === undefined) return NO_FIGURE;
  if (figure.unavailable !== null) return figure.unavailable;
  return figure.value === null || !Number.isFinite(figure.value) ? NO_FIGURE : undefined;
}

/** The first sentence of a method, which is the definition of the figure, and what follows it. */
export function splitMethod(method: string): { definition: string; rest: string } {
  const end = /\.\s/.exec(method);
  if (!end) return { definition: method, rest: "" };
  return {
    definition: method.slice(0, end.index + 1),
    rest: method.slice(end.index + 1).trim(),
  };
}

/** An input of a figure: days are written out, numbers stay as the graph states them. */
export function inputValue(value: string, reader: Pick<Reader, "day">): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? reader.day(value) : value;
}
