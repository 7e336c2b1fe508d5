import type { CategoryCode } from "../classification/taxonomy.ts";

/** What an amount is for: each month, or each calendar year. */
export type BudgetPeriod = "MONTH" | "YEAR";

/** What a person set for a category from a period on. Facts are never changed: a newer one takes precedence. */
export interface BudgetFact {
  /** From 1 for each fund, without gaps. */
  readonly version: number;
  readonly period: BudgetPeriod;
  readonly category: CategoryCode;
  readonly currency: string;
  /** First day of the first period. */
  readonly first: string;
  /** First day of the last period; null without an end. */
  readonly last: string | null;
  /** Minor units of each period; null where there is no budget from then on. */
  readonly amountMinor: bigint | null;
  /** What is left of a month goes to the next one of the calendar year. */
  readonly rollsOver: boolean;
  readonly setBy: string;
  readonly setAt: Date;
}

/** What moved in a category, a currency and a month. */
export interface MonthTotal {
  /** First day of the month. */
  readonly month: string;
  readonly category: CategoryCode;
  readonly currency: string;
  readonly paidMinor: bigint;
  readonly receivedMinor: bigint;
  readonly transactions: number;
}

export interface Moved extends Pick<MonthTotal, "paidMinor" | "receivedMinor" | "transactions"> {
  readonly category: CategoryCode;
  readonly currency: string;
  /** The months it is of, by their first days. */
  readonly firstMonth: string;
  readonly lastMonth: string;
}

/** A budget of a period beside what was spent. */
export interface BudgetLine extends Moved {
  /** Whether the amount was set for the period itself, or is the sum of the months of a year. */
  readonly basis: BudgetPeriod;
  readonly amountMinor: bigint;
  /** What earlier months of the year left, negative where they overspent. */
  readonly carriedMinor: bigint;
  readonly spentMinor: bigint;
  readonly leftMinor: bigint;
  /** The newest fact that it rests on. */
  readonly fact: BudgetFact;
}

/** The lines of one currency together. */
type BudgetTotal = Pick<
  BudgetLine,
  "currency" | "amountMinor" | "carriedMinor" | "spentMinor" | "leftMinor"
>;

export interface BudgetComparison {
  readonly lines: readonly BudgetLine[];
  /** One for each currency: currencies are never added. */
  readonly totals: readonly BudgetTotal[];
  /** What moved in categories, currencies and months without a budget. */
  readonly unbudgeted: readonly Moved[];
}

/** The first day of the month or calendar year of a date. */
export const startOf = (period: BudgetPeriod, date: string): string =>
  period === "MONTH" ? `${date.slice(0, 7)}-01` : `${date.slice(0, 4)}-01-01`;

/** The last day of a month, by its first. */
export function endOfMonth(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
}

/** The months of the calendar year of a date, by their first days. */
const monthsOfYear = (date: string): string[] =>
  Array.from({ length: 12 }, (_, index) => {
    return `${date.slice(0, 4)}-${String(index + 1).padStart(2, "0")}-01`;
  });

interface Key {
  readonly category: CategoryCode;
  readonly currency: string;
}

const isOf =
  ({ category, currency }: Key) =>
  (each: Key): boolean =>
    each.category === category && each.currency === currency;

/** The fact that is in force for a period of a category; undefined where there is no budget. */
function factOf(
  facts: readonly BudgetFact[],
  period: BudgetPeriod,
  key: Key,
  start: string,
): (BudgetFact & { readonly amountMinor: bigint }) | undefined {
  const covers = ({ first, last }: BudgetFact): boolean =>
    first <= start && (last === null || start <= last);
  const [newest] = facts
    .filter((fact) => fact.period === period && isOf(key)(fact) && covers(fact))
    .sort((one, other) => other.version - one.version);
  if (newest === undefined || newest.amountMinor === null) return undefined;
  return { ...newest, amountMinor: newest.amountMinor };
}

/**
 * Budgets of a month or calendar year beside what was spent: what was paid in the category and the currency of the
 * budget, less what was received. The facts and totals are those of the whole calendar year, up to the end of the
 * period. A year of months counts from the first month with a budget to the last one; what moved outside of them has
 * none.
 */
export function compareBudgets(
  { period, start }: { readonly period: BudgetPeriod; readonly start: string },
  facts: readonly BudgetFact[],
  totals: readonly MonthTotal[],
): BudgetComparison {
  const lines = keysOf(facts).flatMap((key) => {
    const ofKey = totals.filter(isOf(key));
    const ofMonth = period === "MONTH";
    return (
      (ofMonth ? monthLine(facts, key, start, ofKey) : yearLine(facts, key, start, ofKey)) ?? []
    );
  });
  lines.sort(
    (one, other) =>
      compare(one.currency, other.currency) ||
      Number(other.amountMinor - one.amountMinor) ||
      compare(one.category, other.category),
  );
  return {
    lines,
    totals: totalsOf(lines),
    unbudgeted: unbudgetedOf(period, start, facts, { lines, totals }),
  };
}

function keysOf(all: readonly Key[]): Key[] {
  return all.filter((key, index) => all.findIndex(isOf(key)) === index);
}

function monthLine(
  facts: readonly BudgetFact[],
  key: Key,
  month: string,
  totals: readonly MonthTotal[],
): BudgetLine | undefined {
  const fact = factOf(facts, "MONTH", key, month);
  if (fact === undefined) return undefined;
  const moved = movedIn(key, [month], totals);
  return toLine(moved, fact, {
    basis: "MONTH",
    carriedMinor: carriedInto(facts, key, month, totals),
  });
}

/** What the month before leaves to a month. A calendar year begins with nothing. */
function carriedInto(
  facts: readonly BudgetFact[],
  key: Key,
  month: string,
  totals: readonly MonthTotal[],
): bigint {
  const months = monthsOfYear(month);
  let carried = 0n;
  for (const each of months.slice(0, months.indexOf(month))) {
    const fact = factOf(facts, "MONTH", key, each);
    const spent = spentOf(movedIn(key, [each], totals));
    carried = fact?.rollsOver === true ? fact.amountMinor + carried - spent : 0n;
  }
  return carried;
}

function yearLine(
  facts: readonly BudgetFact[],
  key: Key,
  year: string,
  totals: readonly MonthTotal[],
): BudgetLine | undefined {
  const months = monthsOfYear(year);
  const own = factOf(facts, "YEAR", key, year);
  if (own !== undefined)
    return toLine(movedIn(key, months, totals), own, { basis: "YEAR", carriedMinor: 0n });
  const budgets = months.map((month) => factOf(facts, "MONTH", key, month));
  const first = budgets.findIndex((fact) => fact !== undefined);
  if (first === -1) return undefined;
  const last = budgets.findLastIndex((fact) => fact !== undefined);
  const set = budgets.flatMap((fact) => fact ?? []);
  const newest = set.reduce((one, other) => (other.version > one.version ? other : one));
  const amountMinor = set.reduce((sum, fact) => sum + fact.amountMinor, 0n);
  const moved = movedIn(key, months.slice(first, last + 1), totals);
  return toLine(moved, { ...newest, amountMinor }, { basis: "MONTH", carriedMinor: 0n });
}

const spentOf = ({
  paidMinor,
  receivedMinor,
}: Pick<Moved, "paidMinor" | "receivedMinor">): bigint => paidMinor - receivedMinor;

function toLine(
  moved: Moved,
  fact: BudgetFact & { readonly amountMinor: bigint },
  { basis, carriedMinor }: Pick<BudgetLine, "basis" | "carriedMinor">,
): BudgetLine {
  const { amountMinor } = fact;
  const spentMinor = spentOf(moved);
  const leftMinor = amountMinor + carriedMinor - spentMinor;
  return { ...moved, basis, amountMinor, carriedMinor, spentMinor, leftMinor, fact };
}

/** What moved in a category and currency in months that follow one another. */
function movedIn(
  { category, currency }: Key,
  months: readonly string[],
  totals: readonly MonthTotal[],
): Moved {
  const [firstMonth = "", lastMonth = ""] = [months[0], months.at(-1)];
  const inside = totals.filter(({ month }) => months.includes(month));
  const sum = (of: (total: MonthTotal) => bigint) =>
    inside.filter(isOf({ category, currency })).reduce((all, each) => all + of(each), 0n);
  return {
    category,
    currency,
    firstMonth,
    lastMonth,
    paidMinor: sum(({ paidMinor }) => paidMinor),
    receivedMinor: sum(({ receivedMinor }) => receivedMinor),
    transactions: Number(sum(({ transactions }) => BigInt(transactions))),
  };
}

function totalsOf(lines: readonly BudgetLine[]): BudgetTotal[] {
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  return currencies.map((currency) => {
    const own = lines.filter((line) => line.currency === currency);
    const sum = (of: (line: BudgetLine) => bigint) => own.reduce((all, line) => all + of(line), 0n);
    return {
      currency,
      amountMinor: sum((line) => line.amountMinor),
      carriedMinor: sum((line) => line.carriedMinor),
      spentMinor: sum((line) => line.spentMinor),
      leftMinor: sum((line) => line.leftMinor),
    };
  });
}

/** What moved in the period outside of the lines. A month leaves out what has a budget of its year. */
function unbudgetedOf(
  period: BudgetPeriod,
  start: string,
  facts: readonly BudgetFact[],
  {
    lines,
    totals,
  }: { readonly lines: readonly BudgetLine[]; readonly totals: readonly MonthTotal[] },
): Moved[] {
  const year = startOf("YEAR", start);
  const spans = (key: Key): string[][] => {
    const line = lines.find(isOf(key));
    if (period === "MONTH") return line || factOf(facts, "YEAR", key, year) ? [] : [[start]];
    const months = monthsOfYear(year);
    if (line === undefined) return [months];
    return [
      months.filter((month) => month < line.firstMonth),
      months.filter((month) => month > line.lastMonth),
    ].filter(({ length }) => length > 0);
  };
  const moved = keysOf(totals).flatMap((key) =>
    spans(key).map((months) => movedIn(key, months, totals)),
  );
  return moved
    .filter(({ transactions }) => transactions > 0)
    .sort(
      (one, other) =>
        compare(one.currency, other.currency) ||
        Number(spentOf(other) - spentOf(one)) ||
        compare(one.category, other.category) ||
        compare(one.firstMonth, other.firstMonth),
    );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
