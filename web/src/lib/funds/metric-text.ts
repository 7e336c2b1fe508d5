import type { Reader } from "../dates/reader.svelte.ts";
import type { MetricValueFragment } from "../graph/graph-types.generated.ts";
import type { PlainKey, Translate } from "../language/messages.ts";
import { absenceText, type Absent } from "./absence-text.ts";

type Notation = Pick<Reader, "day" | "money">;

const LABELS: ReadonlyMap<string, PlainKey> = new Map([
  ["cash", "figure.cash"],
  ["netAssetValue", "figure.netAssetValue"],
  ["inflow30d", "figure.inflow30d"],
  ["outflow30d", "figure.outflow30d"],
  ["netFlow30d", "figure.netFlow30d"],
  ["monthlyBurn", "figure.monthlyBurn"],
  ["runwayMonths", "figure.runwayMonths"],
]);

/** The label of a metric. Names without a label are split at their capitals. */
export function metricLabel(name: string, t: Translate): string {
  const label = LABELS.get(name);
  if (label) return t(label);
  // Names of several words, such as "rate EUR/USD", have their currencies in capitals.
  if (name.includes(" ")) return name.charAt(0).toUpperCase() + name.slice(1);
  const words = name.replaceAll(/([a-z])([A-Z0-9])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A metric that is not money, with its unit. Values of this kind are ratios, not amounts. */
export function metricValue(
  { value, unit }: Pick<MetricValueFragment, "value" | "unit">,
  locale: string,
  t: Translate,
): string {
  if (value === null) return "\u2014";
  const ratio = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const number = ratio.format(value).replace("-", "\u2212");
  if (unit === "PERCENT") return `${number}%`;
  if (unit === "MONTHS") return t("figure.months", { count: value, number });
  return number;
}

/** Why a metric has no value; undefined when it has one. */
export function absenceOf(
  metric: Pick<MetricValueFragment, "value" | "money"> & Absent,
  t: Translate,
  reader: Notation,
): string | undefined {
  const { value, money } = metric;
  const reason = absenceText(metric, t, reader);
  return reason ?? (value === null && money === null ? t("figure.noValue") : undefined);
}

const METHODS: ReadonlyMap<string, readonly PlainKey[]> = new Map([
  ["cash", ["method.cash", "method.rates", "method.cashAccounts"]],
  ["netAssetValue", ["method.netAssetValue", "method.rates"]],
  ["inflow30d", ["method.inflow30d", "method.flows", "method.rates", "method.cashAccounts"]],
  ["outflow30d", ["method.outflow30d", "method.flows", "method.rates", "method.cashAccounts"]],
  ["netFlow30d", ["method.netFlow30d", "method.flows", "method.rates", "method.cashAccounts"]],
  ["monthlyBurn", ["method.monthlyBurn", "method.rates", "method.cashAccounts"]],
  ["runwayMonths", ["method.runwayMonths", "method.rates", "method.cashAccounts"]],
]);

/** How a figure of a fund, in its own currency, is defined; the graph's sentence for one without a text. */
export function methodText(
  { name, method }: Pick<MetricValueFragment, "name" | "method">,
  t: Translate,
): string {
  return (
    METHODS.get(name)
      ?.map((key) => t(key))
      .join(" ") ?? method
  );
}

/** Why the metric with this name has no value, or why there is no such metric. */
export function unavailableReason(
  metrics: MetricValueFragment[],
  name: string,
  t: Translate,
  reader: Notation,
): string {
  const metric = metrics.find((candidate) => candidate.name === name);
  return (metric && absenceText(metric, t, reader)) ?? t("figure.noValue");
}

/** An input of a metric, with dates and amounts formatted; a rate is no amount. */
export function inputText(
  { name, value }: { readonly name: string; readonly value: string },
  currency: string,
  reader: Notation,
): string {
  if (name.startsWith("rate ")) return value;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return reader.day(value);
  if (/^-?\d+\.\d{2}$/.test(value)) return reader.money({ amount: value, currency });
  return value;
}
