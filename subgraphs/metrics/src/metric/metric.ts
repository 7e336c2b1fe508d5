import type { Money } from "@allfunds/contract/money";

interface MetricInput {
  name: string;
  value: string;
}

/** A figure with everything needed to check it. Exactly one of value, money and unavailable is set. */
export interface Metric {
  name: string;
  unit: "MONEY" | "RATIO" | "PERCENT" | "COUNT" | "MONTHS";
  value: number | null;
  money: Money | null;
  asOf: string;
  method: string;
  inputs: MetricInput[];
  unavailable: string | null;
}

type Described = Pick<Metric, "name" | "asOf" | "method"> & {
  inputs?: Readonly<Record<string, string | number>>;
};

const described = ({ name, asOf, method, inputs = {} }: Described) => ({
  name,
  asOf,
  method,
  inputs: Object.entries(inputs).map(([input, value]) => ({ name: input, value: String(value) })),
});

/** A metric that is an amount of money. */
export const moneyMetric = (about: Described, money: Money): Metric => ({
  ...described(about),
  unit: "MONEY",
  value: null,
  money,
  unavailable: null,
});

/** A metric that is a plain number. */
export const numberMetric = (about: Described, unit: Metric["unit"], value: number): Metric => ({
  ...described(about),
  unit,
  value,
  money: null,
  unavailable: null,
});

/** A metric that cannot be given, and why. */
export const missingMetric = (about: Described, unit: Metric["unit"], reason: string): Metric => ({
  ...described(about),
  unit,
  value: null,
  money: null,
  unavailable: reason,
});
