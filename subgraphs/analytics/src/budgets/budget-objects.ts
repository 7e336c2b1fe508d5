import { formatAmount } from "@allfunds/contract/money";
import type { MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { CategoryObject } from "../categories/category-graphql.ts";
import { categoryOf } from "../classification/taxonomy.ts";
import { endOfMonth } from "./budget.ts";
import type { BudgetComparison, BudgetFact, BudgetPeriod, Moved } from "./budget.ts";
import type { SetBudget } from "./budget-store.ts";

export const BudgetPeriodEnum = { MONTH: "MONTH", YEAR: "YEAR" } as const;
registerEnumType(BudgetPeriodEnum, {
  name: "BudgetPeriod",
  description: "What a budget is for.",
  valuesConfig: {
    MONTH: { description: "A calendar month." },
    YEAR: { description: "A calendar year." },
  },
});

@InputType({ description: "What may be spent in a category, from a period on." })
export class SetBudgetInput {
  @Field(() => ID, { description: "The fund." })
  fundId!: string;

  @Field(() => String, { description: "Code of the category, as `categories` lists them." })
  category!: string;

  @Field(() => BudgetPeriodEnum, { description: "Whether the amount is for a month or a year." })
  period!: BudgetPeriod;

  @Field(() => DateScalar, { description: "Any day of the first period, from 2000 to 2100." })
  from!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Any day of the last period; without it every period from the first on.",
  })
  until?: string | null;

  @Field(() => String, {
    description: "ISO 4217. What moves in other currencies does not count for this budget.",
  })
  currency!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "For each period, not negative; null takes the budget of these periods away.",
  })
  amount?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Whether what is left of a month, or was overspent, goes to the next one until December; of months only.",
  })
  rollsOver!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      "A repeat with the same key sets nothing and answers as the first did. The header Idempotency-Key serves as well.",
  })
  idempotencyKey?: string | null;
}

@ObjectType("BudgetFact", {
  description:
    "What was set for a category. It is kept; a newer one of the same periods takes precedence.",
})
export class BudgetFactObject {
  @Field(() => Int, { description: "Number of the fact within the fund, from 1." })
  version!: number;

  @Field(() => CategoryObject, { description: "The category." })
  category!: CategoryObject;

  @Field(() => BudgetPeriodEnum, { description: "What the amount is for." })
  period!: BudgetPeriod;

  @Field(() => DateScalar, { description: "First day of the first period." })
  from!: string;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Last day of the last period; null without an end.",
  })
  until!: string | null;

  @Field(() => String, { description: "Currency, ISO 4217." })
  currency!: string;

  @Field(() => MoneyObject, {
    nullable: true,
    description: "For each period; null where the budget was taken away.",
  })
  amount!: MoneyJson | null;

  @Field(() => Boolean, { description: "Whether what is left of a month goes to the next one." })
  rollsOver!: boolean;

  @Field(() => String, { description: "Id of the user or API client that set it." })
  setBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was set." })
  setAt!: Date;
}

export const BudgetFactConnection = connectionType("BudgetFact", BudgetFactObject);

@ObjectType("SetBudget", { description: "What became of a budget." })
export class SetBudgetObject {
  @Field(() => BudgetFactObject, { description: "The fact." })
  fact!: BudgetFactObject;

  @Field(() => Boolean, { description: "An earlier request with the same key set it." })
  replayed!: boolean;
}

const COUNTED =
  "`transactionsByCategory` lists it by category, currency, `from`, `to` and `movesMoney`";

@ObjectType("UnbudgetedSpending", {
  description: `What moved in a category and currency without a budget. ${COUNTED}.`,
})
class UnbudgetedObject {
  @Field(() => CategoryObject, { description: "The category." })
  category!: CategoryObject;

  @Field(() => DateScalar, { description: "First effective date." })
  from!: string;

  @Field(() => DateScalar, { description: "Last effective date." })
  to!: string;

  @Field(() => MoneyObject, { description: "Total paid, never negative." })
  paid!: MoneyJson;

  @Field(() => MoneyObject, { description: "Total received, never negative." })
  received!: MoneyJson;

  @Field(() => Int, { description: "Number of transactions." })
  transactions!: number;
}

@ObjectType("BudgetLine", {
  description: `A budget beside what was spent in its category and currency. ${COUNTED}.`,
})
class BudgetLineObject extends UnbudgetedObject {
  @Field(() => BudgetPeriodEnum, {
    description:
      "YEAR: set for the year. MONTH: set for the month, or in a year the sum of its months with a budget; `from` and `to` are then those of the first and the last such month.",
  })
  basis!: BudgetPeriod;

  @Field(() => MoneyObject, { description: "What may be spent." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, {
    description:
      "What earlier months of the calendar year left, negative where they overspent; nothing where the month before does not roll over, and in a year.",
  })
  carriedOver!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "What was paid, less what was received; negative where more was received.",
  })
  spent!: MoneyJson;

  @Field(() => MoneyObject, {
    description: "The amount and what was carried over, less what was spent.",
  })
  left!: MoneyJson;

  @Field(() => BudgetFactObject, { description: "The newest fact that the amount rests on." })
  fact!: BudgetFactObject;
}

@ObjectType("BudgetTotal", { description: "The budgets of one currency together." })
class BudgetTotalObject {
  @Field(() => MoneyObject, { description: "What may be spent." })
  amount!: MoneyJson;

  @Field(() => MoneyObject, { description: "What earlier months left." })
  carriedOver!: MoneyJson;

  @Field(() => MoneyObject, { description: "What was spent in categories with a budget." })
  spent!: MoneyJson;

  @Field(() => MoneyObject, { description: "What is left." })
  left!: MoneyJson;
}

@ObjectType("FundBudgets", {
  description: "The budgets of a fund in a month or calendar year, beside what was spent.",
})
export class FundBudgetsObject {
  @Field(() => BudgetPeriodEnum, { description: "Month or calendar year." })
  period!: BudgetPeriod;

  @Field(() => DateScalar, { description: "First day of the period." })
  from!: string;

  @Field(() => DateScalar, {
    description: "Last day of the period; what is dated up to it counts, future dates too.",
  })
  to!: string;

  @Field(() => [BudgetLineObject], {
    description: "One for each category and currency with a budget, by currency, largest first.",
  })
  lines!: BudgetLineObject[];

  @Field(() => [BudgetTotalObject], {
    description: "The lines of each currency together; currencies are never added.",
  })
  totals!: BudgetTotalObject[];

  @Field(() => [UnbudgetedObject], {
    description:
      "What moved in other categories, currencies and months of the period. A month leaves out what has a budget of its year.",
  })
  unbudgeted!: UnbudgetedObject[];
}

const money = (minor: bigint, currency: string): MoneyJson => ({
  amount: formatAmount(minor, currency),
  currency,
});

const endOf = (period: BudgetPeriod, start: string): string =>
  period === "MONTH" ? endOfMonth(start) : `${start.slice(0, 4)}-12-31`;

export function toFactObject({
  category,
  first,
  last,
  amountMinor,
  ...fact
}: BudgetFact): BudgetFactObject {
  return {
    ...fact,
    category: categoryOf(category),
    from: first,
    until: last === null ? null : endOf(fact.period, last),
    amount: amountMinor === null ? null : money(amountMinor, fact.currency),
  };
}

export const toSet = ({ fact, replayed }: SetBudget): SetBudgetObject => ({
  fact: toFactObject(fact),
  replayed,
});

const figuresOf = (of: BudgetComparison["totals"][number]) => ({
  amount: money(of.amountMinor, of.currency),
  carriedOver: money(of.carriedMinor, of.currency),
  spent: money(of.spentMinor, of.currency),
  left: money(of.leftMinor, of.currency),
});

const movedOf = ({ category, currency, ...moved }: Moved) => ({
  category: categoryOf(category),
  from: moved.firstMonth,
  to: endOfMonth(moved.lastMonth),
  paid: money(moved.paidMinor, currency),
  received: money(moved.receivedMinor, currency),
  transactions: moved.transactions,
});

export const toBudgets = (
  { period, start }: { readonly period: BudgetPeriod; readonly start: string },
  { lines, totals, unbudgeted }: BudgetComparison,
): FundBudgetsObject => ({
  period,
  from: start,
  to: endOf(period, start),
  lines: lines.map((line) => ({
    ...movedOf(line),
    ...figuresOf(line),
    basis: line.basis,
    fact: toFactObject(line.fact),
  })),
  totals: totals.map(figuresOf),
  unbudgeted: unbudgeted.map(movedOf),
});
