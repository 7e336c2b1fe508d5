import {
  currencyScale,
  divideRounded,
  formatScaled,
  parseDecimal,
  rescale,
} from "@allfunds/contract/money";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { Fact, FactKind, FactTerms, NewFact } from "./fact.ts";

export const OPERATIONS = [
  "SUM",
  "DIFFERENCE",
  "RATIO",
  "PERCENTAGE_CHANGE",
  "SHARE",
  "AVERAGE",
  "LARGEST",
  "SMALLEST",
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Decimals of a quotient, rounded half to even. */
const QUOTIENT_SCALE = 6;

/**
 * A new fact from facts, with exact decimals. DIFFERENCE is the first less the second, RATIO and SHARE the
 * first over the second, PERCENTAGE_CHANGE from the first to the second. Throws INVALID_INPUT when currencies
 * or units differ, when there are too few facts, and for a division by zero.
 */
export function calculate(operation: Operation, facts: readonly Fact[], label: string): NewFact {
  requireNumbers(facts);
  requireOneUnit(facts);
  const first = facts[0];
  if (first === undefined) throw invalidInput("facts", "give at least one fact");
  const common = {
    label,
    source: { kind: "CALCULATION", operation, from: facts.map(({ id }) => id) },
    asOf: latest(facts),
    position: same(facts.map(({ position }) => position)),
    fundId: same(facts.map(({ fundId }) => fundId)),
  } as const;
  switch (operation) {
    case "SUM":
      return { ...common, ...like(first, facts, sum(facts)), terms: sharedTerms(facts, "TOTAL") };
    case "AVERAGE":
      return {
        ...common,
        ...like(first, facts, average(facts)),
        terms: sharedTerms(facts, "AVERAGE"),
      };
    case "LARGEST":
    case "SMALLEST":
      return { ...common, ...extreme(operation, facts) };
    case "DIFFERENCE": {
      const [one, other] = pairOf(facts);
      const value = subtract(one, other);
      return { ...common, ...unitOf(one), value, isChange: true, terms: sharedTerms(facts) };
    }
    case "RATIO":
    case "SHARE": {
      const [part, whole] = pairOf(facts);
      const { measures } = part.terms;
      const terms = { ...sharedTerms(facts), measures, of: whole.terms.measures };
      return { ...common, ...quotient(part, whole), terms };
    }
    case "PERCENTAGE_CHANGE":
      return { ...common, ...change(...pairOf(facts)), terms: sharedTerms(facts) };
  }
}

function requireNumbers(facts: readonly Fact[]): void {
  const other = facts.find(({ kind }) => kind === "TEXT" || kind === "DATE");
  if (other !== undefined) throw invalidInput("facts", `${other.id} is not a figure`);
}

/** Amounts of different currencies have no sum, and a ratio no sum with an amount. */
function requireOneUnit(facts: readonly Fact[]): void {
  const [first, ...others] = facts;
  for (const { kind, currency, id } of others) {
    if (kind !== first?.kind) throw invalidInput("facts", `${id} is counted in another unit`);
    if (currency !== first.currency) {
      throw new AppError(
        "CURRENCY_MISMATCH",
        `${id} is in another currency; convert nothing here.`,
      );
    }
  }
}

function pairOf(facts: readonly Fact[]): [Fact, Fact] {
  const [one, other] = facts;
  if (one === undefined || other === undefined || facts.length !== 2) {
    throw invalidInput("facts", "give exactly two facts");
  }
  return [one, other];
}

const unitOf = ({ kind, currency }: Fact): { kind: FactKind; currency: string | null } => ({
  kind,
  currency,
});

const like = (first: Fact, facts: readonly Fact[], value: string) => ({
  ...unitOf(first),
  value,
  isChange: facts.every(({ isChange }) => isChange),
});

const aligned = (facts: readonly Fact[]): { values: bigint[]; scale: number } => {
  const decimals = facts.map(({ value }) => parseDecimal(value));
  const scale = Math.max(0, ...decimals.map((each) => each.scale));
  return { scale, values: decimals.map((each) => rescale(each, scale, "HALF_EVEN")) };
};

function sum(facts: readonly Fact[]): string {
  const { values, scale } = aligned(facts);
  return formatScaled(
    values.reduce((total, value) => total + value, 0n),
    scale,
  );
}

/** Money is rounded to the currency's decimals, half to even; anything else to six. */
function average(facts: readonly Fact[]): string {
  const { values, scale } = aligned(facts);
  const wanted = averageScale(facts[0]);
  const total = values.reduce((all, value) => all + value, 0n);
  const lifted = rescale({ unscaled: total, scale }, Math.max(scale, wanted), "HALF_EVEN");
  const divisor = BigInt(facts.length) * 10n ** BigInt(Math.max(scale - wanted, 0));
  return formatScaled(divideRounded(lifted, divisor, "HALF_EVEN"), wanted);
}

const averageScale = (fact: Fact | undefined): number =>
  fact?.kind === "MONEY" && fact.currency !== null ? currencyScale(fact.currency) : QUOTIENT_SCALE;

function extreme(operation: "LARGEST" | "SMALLEST", facts: readonly Fact[]) {
  const { values } = aligned(facts);
  const [best] = facts
    .map((fact, index) => ({ fact, value: values[index] ?? 0n }))
    .toSorted((a, b) => {
      const order = Number(b.value > a.value) - Number(b.value < a.value);
      return operation === "LARGEST" ? order : -order;
    });
  const fact = best?.fact as Fact;
  const { kind, currency, value, isChange, group, terms } = fact;
  const ranks = [...(terms.ranks ?? []), operation];
  return { kind, currency, value, isChange, group, terms: { ...terms, ranks } };
}

function subtract(one: Fact, other: Fact): string {
  const { values, scale } = aligned([one, other]);
  return formatScaled((values[0] ?? 0n) - (values[1] ?? 0n), scale);
}

function quotient(one: Fact, other: Fact) {
  const { values } = aligned([one, other]);
  return {
    kind: "RATIO" as const,
    currency: null,
    value: divided(values[0] ?? 0n, values[1] ?? 0n),
  };
}

function change(from: Fact, to: Fact) {
  const { values } = aligned([from, to]);
  const [before = 0n, after = 0n] = values;
  const base = before < 0n ? -before : before;
  return {
    kind: "RATIO" as const,
    currency: null,
    value: divided(after - before, base),
    isChange: true,
  };
}

function divided(dividend: bigint, divisor: bigint): string {
  if (divisor === 0n) throw invalidInput("facts", "nothing can be divided by zero");
  const sign = divisor < 0n ? -1n : 1n;
  const scaled = dividend * sign * 10n ** BigInt(QUOTIENT_SCALE);
  return formatScaled(divideRounded(scaled, divisor * sign, "HALF_EVEN"), QUOTIENT_SCALE);
}

/** What all of them measure, and their period when they share one. */
function sharedTerms(facts: readonly Fact[], rank?: string): FactTerms {
  const measures = facts
    .map(({ terms }) => terms.measures)
    .reduce((common, next) => common.filter((each) => next.includes(each)));
  const period = same(facts.map(({ terms }) => terms.period ?? null));
  return {
    measures,
    ...(period === null ? {} : { period }),
    ...(rank === undefined ? {} : { ranks: [rank] }),
  };
}

const latest = (facts: readonly Fact[]): string | null =>
  facts
    .map(({ asOf }) => asOf)
    .reduce((last, next) => (next !== null && (last === null || next > last) ? next : last), null);

function same<Value>(values: readonly Value[]): Value | null {
  const [first = null, ...others] = values;
  return others.every((each) => each === first) ? first : null;
}
