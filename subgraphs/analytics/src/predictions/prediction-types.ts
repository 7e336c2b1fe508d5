import { formatAmount } from "@allfunds/contract/money";
import {
  connectionType,
  DateScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import { Field, Float, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import {
  CategoryObject,
  toTransactionCategory,
  TransactionCategoryObject,
} from "../categories/category-graphql.ts";
import { categoryOf } from "../classification/taxonomy.ts";
import { TransactionEntity } from "../books/entities.ts";
import type { CategoryTotal, Series, Suggestion } from "./prediction-store.ts";
import type { ExpectedOccurrence, Recurrence } from "./recurrence.ts";

const RecurrenceEnum = {
  WEEKLY: "WEEKLY",
  MONTHLY: "MONTHLY",
  QUARTERLY: "QUARTERLY",
  YEARLY: "YEARLY",
} as const;
registerEnumType(RecurrenceEnum, {
  name: "Recurrence",
  description: "How often a cash flow repeats.",
});

const FlowDirectionEnum = { IN: "IN", OUT: "OUT" } as const;
registerEnumType(FlowDirectionEnum, {
  name: "FlowDirection",
  description: "IN: money the fund receives; OUT: money the fund pays.",
});

@ObjectType("FundPredictions", {
  description: "What analytics expects for a fund; each with confidence, source and evidence.",
})
export class FundPredictionsObject {
  @Field(() => ID, { description: "Id of the fund." })
  fundId!: string;

  @Field(() => SafeIntScalar, {
    description: "Position of the fund's book these predictions rest on.",
  })
  position!: number;
}

@ObjectType("CategorySuggestion", {
  description: "A category that waits for a person's confirmation.",
})
export class CategorySuggestionObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => TransactionCategoryObject, { description: "The suggested category, and why." })
  category!: TransactionCategoryObject;

  position!: number;
}

export const CategorySuggestionConnection = connectionType(
  "CategorySuggestion",
  CategorySuggestionObject,
);

@ObjectType("PastCashFlow", { description: "A past movement that supports an expectation." })
class PastCashFlowObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => DateScalar, { description: "Its effective date." })
  date!: string;

  @Field(() => MoneyObject, { description: "What was paid or received, never negative." })
  amount!: MoneyJson;
}

@ObjectType("ExpectedCashFlow", {
  description: "The next occurrence of a cash flow that has repeated regularly.",
})
export class ExpectedCashFlowObject {
  @Field(() => String, {
    nullable: true,
    description: "Name of the other side in the latest occurrence, if there is one.",
  })
  counterparty!: string | null;

  @Field(() => String, { description: "Description of the latest occurrence." })
  description!: string;

  @Field(() => CategoryObject, { description: "Category of the series." })
  category!: CategoryObject;

  @Field(() => FlowDirectionEnum, { description: "Whether the fund receives or pays." })
  direction!: "IN" | "OUT";

  @Field(() => RecurrenceEnum, { description: "How often it has repeated." })
  recurrence!: Recurrence;

  @Field(() => DateScalar, { description: "When it is expected next." })
  date!: string;

  @Field(() => MoneyObject, { description: "Median of the past amounts, never negative." })
  amount!: MoneyJson;

  @Field(() => Float, {
    description: "0 to 1: how regular dates and amounts were, and how often it happened.",
  })
  confidence!: number;

  @Field(() => String, { description: "The method behind the expectation." })
  source!: string;

  @Field(() => [PastCashFlowObject], {
    description: "The latest past occurrences, oldest first, at most 6.",
  })
  evidence!: PastCashFlowObject[];
}

@ObjectType("CategorySpending", {
  description: "What a fund received and paid in one category and currency.",
})
export class CategorySpendingObject {
  @Field(() => CategoryObject, { description: "The category." })
  category!: CategoryObject;

  @Field(() => MoneyObject, { description: "Total paid, never negative." })
  outflow!: MoneyJson;

  @Field(() => MoneyObject, { description: "Total received, never negative." })
  inflow!: MoneyJson;

  @Field(() => Int, { description: "Number of transactions." })
  transactions!: number;
}

export const toSuggestion = (suggestion: Suggestion): CategorySuggestionObject => ({
  transaction: { id: suggestion.transactionId },
  category: toTransactionCategory(suggestion),
  position: suggestion.position,
});

export function toExpectedCashFlow(
  series: Series,
  next: ExpectedOccurrence,
): ExpectedCashFlowObject {
  const { counterparty, description, direction, currency, category } = series;
  const money = (minor: bigint): MoneyJson => ({ amount: formatAmount(minor, currency), currency });
  const { recurrence, date, confidence, amountMinor, evidence } = next;
  return {
    counterparty,
    description,
    direction,
    recurrence,
    date,
    confidence,
    category: categoryOf(category),
    amount: money(amountMinor),
    source: "recurrence",
    evidence: evidence.map((past) => ({
      transaction: { id: past.transactionId },
      date: past.date,
      amount: money(past.amountMinor),
    })),
  };
}

export function toCategorySpending(total: CategoryTotal): CategorySpendingObject {
  const { currency } = total;
  const money = (minor: string): MoneyJson => ({
    amount: formatAmount(BigInt(minor), currency),
    currency,
  });
  return {
    category: categoryOf(total.category),
    outflow: money(total.outflowMinor),
    inflow: money(total.inflowMinor),
    transactions: total.transactions,
  };
}
