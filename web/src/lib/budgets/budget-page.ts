import type { BudgetLineRowFragment, SetBudgetInput } from "../graph/graph-types.generated.ts";
import { figureOf } from "../forms/figure.ts";
import { textOf } from "../forms/form-data.ts";

const DAY_MS = 86_400_000;
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

/** The share of a period that is gone when a day ends: 0 before it, 1 after it. */
export function shareGone({ from, to }: { from: string; to: string }, today: string): number {
  const days = dayNumber(to) - dayNumber(from) + 1;
  const gone = dayNumber(today) - dayNumber(from) + 1;
  return Math.min(Math.max(gone / days, 0), 1);
}

type Compared = Pick<BudgetLineRowFragment, "amount" | "carriedOver" | "spent">;

/** The share of what may be spent that was spent; null where nothing may be spent. Only for showing. */
export function shareSpent({ amount, carriedOver, spent }: Compared): number | null {
  const available = Number(amount.amount) + Number(carriedOver.amount);
  return available > 0 ? Number(spent.amount) / available : null;
}

interface Counted {
  readonly category: { readonly code: string };
  readonly from: string;
  readonly to: string;
}

/** The list of the transactions that a figure is made of. */
export const madeOf = (fundId: string, { category, from, to }: Counted, currency: string): string =>
  `/funds/${fundId}/categories?${new URLSearchParams({
    category: category.code,
    currency,
    from,
    to,
  })}`;

/** The first day of the month so many months away. */
export function monthAway(day: string, months: number): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** For how long an amount is set: one of these, or until a day. */
const REACHES = ["OPEN", "YEAR_END", "ONE"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** For how long what is set already is, as a form of the month of a day offers it; else until its own end. */
export function reachOf(
  { period, until }: Pick<BudgetLineRowFragment["fact"], "period" | "until">,
  day: string,
): string {
  if (until === null) return "OPEN";
  const yearEnd = `${day.slice(0, 4)}-12-31`;
  const isOne = period === "YEAR" ? until === yearEnd : until.slice(0, 7) === day.slice(0, 7);
  if (isOne) return "ONE";
  return until === yearEnd ? "YEAR_END" : until;
}

/** The budget of a form, from the month of a day on, or its year. */
export function readBudget(
  form: FormData,
  { fundId, day, point }: { fundId: string; day: string; point: string },
): SetBudgetInput {
  const period = textOf(form, "period") === "YEAR" ? ("YEAR" as const) : ("MONTH" as const);
  const until = { OPEN: null, YEAR_END: `${day.slice(0, 4)}-12-31`, ONE: day };
  const wanted = textOf(form, "reach");
  const reach = REACHES.find((each) => each === wanted) ?? "ONE";
  return {
    fundId,
    category: textOf(form, "category"),
    period,
    currency: textOf(form, "currency").toUpperCase(),
    from: day,
    until: DAY.test(wanted) ? wanted : until[reach],
    // An empty field is refused as one: only the button for it takes a budget away.
    amount: textOf(form, "ends") === "yes" ? null : (figureOf(form, "amount", point) ?? ""),
    rollsOver: period === "MONTH" && form.has("rollsOver"),
    idempotencyKey: textOf(form, "idempotencyKey") || null,
  };
}
