import { formatDay } from "../dates/format-date.ts";
import type { MetricValueFragment } from "../graph/graph-types.generated.ts";
import { formatMoney } from "../money/format-money.ts";

const LABELS: Record<string, string> = {
  cash: "Cash",
  netAssetValue: "Net asset value",
  inflow30d: "Inflow, 30 days",
  outflow30d: "Outflow, 30 days",
  netFlow30d: "Net flow, 30 days",
  monthlyBurn: "Monthly burn",
  runwayMonths: "Runway",
};

const ratio = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

/** The label of a metric. Names without a label are split at their capitals. */
export function metricLabel(name: string): string {
  const label = LABELS[name];
  if (label) return label;
  // Names of several words, such as "rate EUR/USD", have their currencies in capitals.
  if (name.includes(" ")) return name.charAt(0).toUpperCase() + name.slice(1);
  const words = name.replaceAll(/([a-z])([A-Z0-9])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A metric that is not money, with its unit. Values of this kind are ratios, not amounts. */
export function metricValue({ value, unit }: Pick<MetricValueFragment, "value" | "unit">): string {
  if (value === null) return "\u2014";
  const number = ratio.format(value).replace("-", "\u2212");
  if (unit === "PERCENT") return `${number}%`;
  if (unit === "MONTHS") return `${number} ${value === 1 ? "month" : "months"}`;
  return number;
}

const NO_REASON = "No value is available.";

/** Why a metric has no value; undefined when it has one. */
export function absenceOf({
  value,
  money,
  unavailable,
}: Pick<MetricValueFragment, "value" | "money" | "unavailable">): string | undefined {
  if (unavailable !== null) return unavailable;
  return value === null && money === null ? NO_REASON : undefined;
}

/** Why the metric with this name has no value, or why there is no such metric. */
export function unavailableReason(metrics: MetricValueFragment[], name: string): string {
  const metric = metrics.find((candidate) => candidate.name === name);
  return metric?.unavailable ?? NO_REASON;
}

/** An input of a metric, with dates and amounts formatted; a rate is no amount. */
export function inputText(value: string, currency: string, name = ""): string {
  if (name.startsWith("rate ")) return value;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDay(value);
  if (/^-?\d+\.\d{2}$/.test(value)) return formatMoney({ amount: value, currency });
  return value;
}
