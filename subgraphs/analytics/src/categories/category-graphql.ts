import { formatAmount } from "@allfunds/contract/money";
import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes, RequiresSignIn } from "@allfunds/platform/graphql";
import { DateTimeScalar, MoneyObject } from "@allfunds/platform/graphql/types";
import {
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from "type-graphql";
import { TransactionEntity } from "../books/entities.ts";
import type { CategoryDecision, CategorySource } from "../classification/built-in-model.ts";
import type { StoredLine } from "../movements/movement-store.ts";
import type { CategoryContext } from "./category-store.ts";
import { CATEGORIES, categoryOf } from "../classification/taxonomy.ts";

export const CategorySourceEnum = {
  RULE: "RULE",
  MODEL: "MODEL",
  GEMINI: "GEMINI",
  PERSON: "PERSON",
  LEARNED: "LEARNED",
  TENANT_RULE: "TENANT_RULE",
} as const;

registerEnumType(CategorySourceEnum, {
  name: "CategorySource",
  description: "What decided a category.",
  valuesConfig: {
    RULE: {
      description: "A typical wording, the booked account, or the shape of the transaction.",
    },
    MODEL: { description: "The built-in classifier." },
    GEMINI: { description: "A Gemini language model." },
    PERSON: { description: "A person, who chose or accepted it; nothing but a person changes it." },
    LEARNED: { description: "A payee rule, learned from what a person applied to the payee." },
    TENANT_RULE: { description: "A rule that the tenant wrote." },
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
    description: "What supports the category: a rule, or the strongest words.",
  })
  evidence!: readonly string[];

  @Field(() => Boolean, {
    description: "A person should confirm it: the confidence is below the threshold.",
  })
  needsReview!: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was decided; null for a text judged just now.",
  })
  categorisedAt!: Date | null;

  @Field(() => Boolean, {
    description: "A person decided: no model, rule or rebuild changes it.",
  })
  locked!: boolean;

  @Field(() => ID, {
    nullable: true,
    description:
      "The change by a person that it comes from, for `undoCategoryChange`; null without one.",
  })
  changeId!: string | null;
}

@ObjectType("CategoryLine", {
  description: "What a split moved on one of the accounts beside the bank, with its own category.",
})
class CategoryLineObject {
  @Field(() => Int, {
    description:
      "Number of the account's first entry in the transaction, from 1; `setCategory` takes it.",
  })
  line!: number;

  @Field(() => ID, { description: "Id of the account." })
  accountId!: string;

  @Field(() => String, { description: "Name of the account when the transaction was read." })
  accountName!: string;

  @Field(() => String, {
    description:
      "OUT for what was paid, IN for what was received, NONE when nothing is left of it.",
  })
  direction!: string;

  @Field(() => MoneyObject, { description: "What is left after reversals, never negative." })
  amount!: MoneyJson;

  @Field(() => TransactionCategoryObject, { description: "The category of the line, and why." })
  category!: TransactionCategoryObject;
}

function toCategoryLine(stored: StoredLine): CategoryLineObject {
  const { line, accountId, accountName, direction, amountMinor, currency } = stored;
  const categorisedAt = new Date(stored.categorisedAt);
  return {
    line,
    accountId,
    accountName,
    direction,
    amount: { amount: formatAmount(BigInt(amountMinor), currency), currency },
    category: toTransactionCategory({ ...stored, categorisedAt }),
  };
}

export function toTransactionCategory(
  decision: CategoryDecision & {
    readonly categorisedAt?: Date;
    readonly changeId?: string | null | undefined;
  },
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
    locked: source === "PERSON",
    changeId: decision.changeId ?? null,
  };
}

@Resolver(() => TransactionEntity)
export class CategoryResolver {
  @RequiresSignIn()
  @Query(() => [CategoryObject], { description: "Every category a transaction can have." })
  categories(): CategoryObject[] {
    return [...CATEGORIES];
  }

  @Directive('@requires(fields: "position fund { id }")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => TransactionCategoryObject, {
    nullable: true,
    description:
      "The category, as soon as analytics has read the transaction; waits up to 1.5 s for that.",
  })
  async category(
    @Root() transaction: TransactionEntity,
    @Ctx() context: CategoryContext,
  ): Promise<TransactionCategoryObject | null> {
    const { id, position, fund } = transaction;
    const stored = await context.categoryOf({ id, position, fundId: fund.id });
    return stored === null ? null : toTransactionCategory(stored);
  }

  @Directive('@requires(fields: "position fund { id }")')
  @RequiresScopes("analytics:read")
  @FieldResolver(() => [CategoryLineObject], {
    nullable: true,
    description:
      "The lines of a split, such as a dividend with its tax, each with its own amount and category; empty for any other transaction. Waits like `category`.",
  })
  async categoryLines(
    @Root() transaction: TransactionEntity,
    @Ctx() context: CategoryContext,
  ): Promise<CategoryLineObject[] | null> {
    const { id, position, fund } = transaction;
    const stored = await context.categoryOf({ id, position, fundId: fund.id });
    return stored === null ? null : (stored.lines ?? []).map(toCategoryLine);
  }
}
