import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Transaction } from "./books.ts";
import type { Caller } from "./caller.ts";
import type { createCategories } from "./category-resolvers.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { fundOf, type GraphState } from "./state.ts";

const AT = "2026-06-30T12:00:00.000Z";

type Set = Graph.SetBudgetInput & { readonly version: number };

/** Budgets of months and years, in whole cents of euros; what is left never rolls over. */
export function createBudgets(
  state: GraphState,
  { categoryOf, nameOf }: ReturnType<typeof createCategories>,
): Graph.Resolvers<Caller> {
  const choice = (code: string) => ({ code, name: nameOf(code) });
  const facts = new Map<string, Set[]>();
  const factsOf = (fundId: string): Set[] =>
    facts.get(fundId) ?? [
      { ...STARTED, fundId, version: 2, category: "custody", period: "YEAR", amount: "60000.00" },
      { ...STARTED, fundId, version: 1, category: "fee", period: "MONTH", amount: "5000.00" },
    ];

  const factValue = (set: Set) => ({
    version: set.version,
    category: choice(set.category),
    period: set.period,
    from: set.from,
    until: set.until == null ? null : periodOf(set.period, set.until)[1],
    currency: set.currency,
    amount: set.amount == null ? null : { amount: set.amount, currency: set.currency },
    rollsOver: set.rollsOver,
    setBy: "user-1",
    setAt: AT,
  });

  function compared(fundId: string, period: "MONTH" | "YEAR", of: string) {
    const [from, to] = periodOf(period, of);
    const inside = fundOf(state, fundId).transactions.filter(
      ({ effectiveDate }) => from <= effectiveDate && effectiveDate <= to,
    );
    const codes = [...new Set(inside.map((each) => categoryOf(each).code ?? ""))];
    const own = factsOf(fundId).filter(
      (set) => set.period === period && set.from <= to && (set.until == null || set.until >= from),
    );
    const newest = own.filter(
      (set, index) => own.findIndex(({ category }) => category === set.category) === index,
    );
    const lines = newest.flatMap((set) => {
      if (set.amount == null) return [];
      const moved = movedIn(inside.filter((each) => categoryOf(each).code === set.category));
      const [amount, spent] = [Math.round(Number(set.amount) * 100), moved.paid - moved.received];
      const figures = { amount, carriedOver: 0, spent, left: amount - spent };
      return [{ set, moved, figures }];
    });
    const rest = codes.filter((code) => !lines.some(({ set }) => set.category === code));
    const sum = (name: "amount" | "spent" | "left") =>
      lines.reduce((all, { figures }) => all + figures[name], 0);
    const total = { amount: sum("amount"), carriedOver: 0, spent: sum("spent"), left: sum("left") };
    return {
      period,
      from,
      to,
      lines: lines.map(({ set, moved, figures }) => ({
        ...movedValue(set.category, moved),
        ...inEuros(figures),
        basis: period,
        fact: factValue(set),
      })),
      totals: lines.length === 0 ? [] : [inEuros(total)],
      unbudgeted: rest.map((code) =>
        movedValue(code, movedIn(inside.filter((each) => categoryOf(each).code === code))),
      ),
    };

    function movedValue(code: string, { paid, received, transactions }: Moved) {
      return { category: choice(code), from, to, transactions, ...inEuros({ paid, received }) };
    }
  }

  return {
    Fund: {
      budgets: ({ id }, { period, of }) =>
        state.switches.nulls.has("Fund.budgets") ? null : compared(id ?? "", period, of),
      budgetFacts: ({ id }, page) => pageOf(factsOf(id ?? ""), page, factValue),
    },
    Mutation: {
      setBudget: (_, { input }, { scopes }) => {
        if (!scopes.includes("analytics:write"))
          throw codedError("FORBIDDEN", "This is not allowed.");
        if (input.amount?.startsWith("-") === true)
          throw codedError("INVALID_INPUT", "amount: must not be negative");
        const before = factsOf(input.fundId);
        const set = { ...input, version: before.length + 1 };
        facts.set(input.fundId, [set, ...before]);
        return { fact: factValue(set), replayed: false };
      },
    },
  };
}

const STARTED = { currency: "EUR", from: "2026-01-01", until: null, rollsOver: false } as const;

interface Moved {
  readonly paid: number;
  readonly received: number;
  readonly transactions: number;
}

/** What went over the bank account, in cents. */
function movedIn(transactions: readonly Transaction[]): Moved {
  const cents = (side: "CREDIT" | "DEBIT") =>
    transactions
      .flatMap(({ entries }) => entries)
      .filter((entry) => entry.side === side && entry.account.code === "1000")
      .reduce((sum, { amount }) => sum + Number(amount), 0);
  return { paid: cents("CREDIT"), received: cents("DEBIT"), transactions: transactions.length };
}

function inEuros<Names extends string>(figures: Readonly<Record<Names, number>>) {
  const written = Object.entries<number>(figures).map(([name, cents]) => [
    name,
    { amount: (cents / 100).toFixed(2), currency: "EUR" },
  ]);
  return Object.fromEntries(written) as Record<Names, { amount: string; currency: string }>;
}

/** First and last day of the month or year of a day. */
const periodOf = (period: "MONTH" | "YEAR", day: string): readonly [string, string] =>
  period === "MONTH"
    ? [`${day.slice(0, 7)}-01`, lastDayOf(day)]
    : [`${day.slice(0, 4)}-01-01`, `${day.slice(0, 4)}-12-31`];

function lastDayOf(day: string): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
