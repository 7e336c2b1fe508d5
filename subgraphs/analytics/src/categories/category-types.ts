import "reflect-metadata";
import { DateTimeScalar } from "@allfunds/platform/graphql/types";
import { Field, Float, ObjectType, registerEnumType } from "type-graphql";
import type { CategoryDecision, CategorySource } from "./built-in-model.ts";
import { categoryOf } from "./taxonomy.ts";

const CategorySourceEnum = { RULE: "RULE", MODEL: "MODEL", GEMINI: "GEMINI" } as const;

registerEnumType(CategorySourceEnum, {
  name: "CategorySource",
  description: "What decided a category.",
  valuesConfig: {
    RULE: {
      description: "A typical wording, the booked account, or the shape of the transaction.",
    },
    MODEL: { description: "The built-in classifier." },
    GEMINI: { description: "A Gemini language model." },
  },
});

@ObjectType("Category", { description: "One kind of fund operation." })
export class CategoryObject {
  @Field(() => String, { description: "Stable code, such as `MANAGEMENT_FEE`." })
  code!: string;

  @Field(() => String, { description: "Name for people, in English." })
  name!: string;

  @Field(() => String, { description: "What belongs here." })
  description!: string;
}

@ObjectType("TransactionCategory", {
  description: "The category of a text or transaction, and why.",
})
export class TransactionCategoryObject {
  @Field(() => String, { description: "Code of the category, such as `MANAGEMENT_FEE`." })
  code!: string;

  @Field(() => String, { description: "Name of the category, in English." })
  name!: string;

  @Field(() => Float, { description: "Probability that the category is right, 0 to 1." })
  confidence!: number;

  @Field(() => CategorySourceEnum, { description: "What decided." })
  source!: CategorySource;

  @Field(() => String, { description: "Name and version of the model or rule set that decided." })
  model!: string;

  @Field(() => [String], {
    description: "What spoke for the category: a rule, or the strongest words.",
  })
  evidence!: readonly string[];

  @Field(() => Boolean, {
    description: "A person should confirm it: the confidence is below the bar.",
  })
  needsReview!: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was decided; null for a text judged just now.",
  })
  categorisedAt!: Date | null;
}

export function toTransactionCategory(
  decision: CategoryDecision & { readonly categorisedAt?: Date },
): TransactionCategoryObject {
  const { code, name } = categoryOf(decision.category);
  const { confidence, source, model, evidence, needsReview } = decision;
  return {
    code,
    name,
    confidence,
    source,
    model,
    evidence,
    needsReview,
    categorisedAt: decision.categorisedAt ?? null,
  };
}
