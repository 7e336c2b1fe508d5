import { formatAmount } from "@allfunds/contract/money";
import {
  connectionType,
  DateScalar,
  MoneyObject,
  SafeIntScalar,
} from "@allfunds/platform/graphql/types";
import type { MoneyJson } from "@allfunds/contract/money";
import { Field, ID, Int, ObjectType } from "type-graphql";
import {
  CategoryObject,
  toTransactionCategory,
  TransactionCategoryObject,
} from "../categories/category-graphql.ts";
import { categoryOf } from "../classification/taxonomy.ts";
import { TransactionEntity } from "../books/entities.ts";
import type { CategoryTotal, Suggestion } from "./prediction-store.ts";

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

  /** Of the expectations that are stored; no field of the graph. */
  version!: string;
}

@ObjectType("CategorySuggestion", {
  description: "A category that waits for a person's confirmation.",
})
export class CategorySuggestionObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => DateScalar, { description: "Effective date of the transaction." })
  date!: string;

  @Field(() => String, { description: "Description of the transaction." })
  description!: string;

  @Field(() => TransactionCategoryObject, { description: "The suggested category, and why." })
  category!: TransactionCategoryObject;

  position!: number;
}

export const CategorySuggestionConnection = connectionType(
  "CategorySuggestion",
  CategorySuggestionObject,
);

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
  date: suggestion.effectiveDate,
  description: suggestion.description,
  category: toTransactionCategory(suggestion),
  position: suggestion.position,
});

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
