import { invalidInput } from "@allfunds/contract/errors";
import type { Money } from "@allfunds/contract/money";
import { FIGURE_NAMES } from "../figures/definitions.ts";

/** Every metric by its name in the schema's enum; the value is its name in texts and in REST. */
export const MetricName = {
  CASH: "cash",
  NET_ASSET_VALUE: "netAssetValue",
  INFLOW_30D: "inflow30d",
  OUTFLOW_30D: "outflow30d",
  NET_FLOW_30D: "netFlow30d",
  MONTHLY_BURN: "monthlyBurn",
  RUNWAY_MONTHS: "runwayMonths",
  BALANCE: "balance",
  DEBITS_30D: "debits30d",
  CREDITS_30D: "credits30d",
  NET_CHANGE_30D: "netChange30d",
  ...FIGURE_NAMES,
} as const;
export type MetricName = (typeof MetricName)[keyof typeof MetricName];

interface MetricInput {
  name: string;
  value: string;
}

/** A figure with everything needed to check it. Exactly one of value, money and unavailable is set. */
export interface Metric {
  name: MetricName;
  unit: "MONEY" | "RATIO" | "PERCENT" | "COUNT" | "MONTHS";
  value: number | null;
  money: Money | null;
  asOf: string;
  method: string;
  inputs: MetricInput[];
  unavailable: string | null;
}

/** What every metric has, whatever its figure. */
export type MetricDescription = Pick<Metric, "name" | "asOf" | "method"> & {
  inputs?: Readonly<Record<string, string | number>>;
};

const described = ({ name, asOf, method, inputs = {} }: MetricDescription) => ({
  name,
  asOf,
  method,
  inputs: Object.entries(inputs).map(([input, value]) => ({ name: input, value: String(value) })),
});

/** A metric that is an amount of money. */
export const moneyMetric = (about: MetricDescription, money: Money): Metric => ({
  ...described(about),
  unit: "MONEY",
  value: null,
  money,
  unavailable: null,
});

/** A metric that is a plain number. */
export const numberMetric = (
  about: MetricDescription,
  unit: Metric["unit"],
  value: number,
): Metric => ({
  ...described(about),
  unit,
  value,
  money: null,
  unavailable: null,
});

/** A metric that cannot be given, and why. */
export const missingMetric = (
  about: MetricDescription,
  unit: Metric["unit"],
  reason: string,
): Metric => ({
  ...described(about),
  unit,
  value: null,
  money: null,
  unavailable: reason,
});

/** Which metrics a client wants; all of them when it names none. */
export interface MetricSelection {
  readonly metrics?: readonly MetricName[] | null | undefined;
  /** The same as texts. */
  readonly names?: readonly string[] | null | undefined;
}

/** The selected ones in the order of the selection. A metric the subject does not have is INVALID_INPUT. */
export function selectMetrics<Named extends { readonly name: MetricName }>(
  available: readonly Named[],
  { metrics, names }: MetricSelection,
): Named[] {
  if (metrics && names) throw invalidInput("names", "must be left out when `metrics` is given");
  const [path, wanted] = metrics ? ["metrics", metrics] : ["names", names];
  if (!wanted) return [...available];
  const byName = new Map<string, Named>(available.map((metric) => [metric.name, metric]));
  return wanted.map((name) => {
    const metric = byName.get(name);
    if (metric !== undefined) return metric;
    throw invalidInput(path, `"${name.slice(0, 40)}" is none of ${[...byName.keys()].join(", ")}`);
  });
}
