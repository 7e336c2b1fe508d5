import { invalidInput } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import { isId, newId } from "@allfunds/platform/ids";
import type { Job, TenantJobs } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
} from "type-graphql";
import { FundEntity, TransactionEntity } from "../books/entities.ts";
import { CategoryObject } from "../categories/category-graphql.ts";
import { isSearchable } from "../category-rules/category-rule.ts";
import type { CategoryRule, RuleConditions } from "../category-rules/category-rule.ts";
import { listRules } from "../category-rules/category-rule-store.ts";
import type { ListedRule } from "../category-rules/category-rule-store.ts";
import { categoryOf, isCategoryCode } from "../classification/taxonomy.ts";
import type { RecordedChange } from "./category-change.ts";
import { CategoryChangeObject, toChangeObject } from "./correction-graphql.ts";
import type { CorrectionContext } from "./correction-graphql.ts";
import { CATEGORY_RULE_RUN } from "./rule-run-job.ts";
import { dryRun, requireFunds } from "./tenant-rules.ts";
import type { RuleDraft } from "./tenant-rules.ts";

const DirectionEnum = { IN: "IN", OUT: "OUT", NONE: "NONE" } as const;
registerEnumType(DirectionEnum, {
  name: "MovementDirection",
  description: "IN: the fund received money; OUT: it paid; NONE: no money moved.",
});
type Direction = keyof typeof DirectionEnum;

const TEXT_RULE = "Case, accents, numbers and marks do not matter.";

@InputType("CategoryRuleConditionsInput", {
  description: "What a transaction has to be; every condition that is given holds.",
})
export class ConditionsInput {
  @Field(() => String, {
    nullable: true,
    description: `Stands in the description or reference. ${TEXT_RULE}`,
  })
  textContains?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: `Each is a word of the description or reference; 1 to 10. ${TEXT_RULE}`,
  })
  textWords?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: `Stands in the name of the payer or payee. ${TEXT_RULE}`,
  })
  payee?: string | null;

  @Field(() => DirectionEnum, { nullable: true, description: "Which way the money went." })
  direction?: Direction | null;

  @Field(() => String, {
    nullable: true,
    description: "Currency of what moved, ISO 4217; needed with an amount.",
  })
  currency?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Smallest amount, included." })
  minAmount?: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Largest amount, included." })
  maxAmount?: string | null;

  @Field(() => ID, { nullable: true, description: "An account that it was posted to." })
  accountId?: string | null;
}

@InputType({ description: "A rule of the tenant: the category of the transactions that meet it." })
export class CategoryRuleInput {
  @Field(() => ID, {
    nullable: true,
    description: "Id of a rule that gets this form; a new one is made without it.",
  })
  id?: string | null;

  @Field(() => String, { description: "Name of the rule, 1 to 100 characters." })
  name!: string;

  @Field(() => String, { description: "Code of the category, as `categories` lists them." })
  category!: string;

  @Field(() => ID, { nullable: true, description: "The fund it is for; every fund without it." })
  fundId?: string | null;

  @Field(() => ConditionsInput, { description: "At least one condition." })
  conditions!: ConditionsInput;

  @Field(() => Int, {
    nullable: true,
    description: "Place in the order, 1 to 10,000; the first rule that is met decides.",
  })
  rank?: number | null;

  @Field(() => Boolean, { defaultValue: true, description: "Whether it decides." })
  enabled!: boolean;

  @Field(() => String, {
    nullable: true,
    description: "A repeat with the same key changes nothing and answers as the first did.",
  })
  idempotencyKey?: string | null;
}

@ObjectType("CategoryRuleConditions", { description: "What a transaction has to be." })
class ConditionsObject {
  @Field(() => String, { nullable: true, description: "Stands in the description or reference." })
  textContains!: string | null;

  @Field(() => [String], { nullable: true, description: "Words of the description or reference." })
  textWords!: readonly string[] | null;

  @Field(() => String, { nullable: true, description: "Stands in the name of the payer or payee." })
  payee!: string | null;

  @Field(() => DirectionEnum, { nullable: true, description: "Which way the money went." })
  direction!: Direction | null;

  @Field(() => String, { nullable: true, description: "Currency of what moved, ISO 4217." })
  currency!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Smallest amount, included." })
  minAmount!: string | null;

  @Field(() => DecimalScalar, { nullable: true, description: "Largest amount, included." })
  maxAmount!: string | null;

  @Field(() => ID, { nullable: true, description: "An account that it was posted to." })
  accountId!: string | null;
}

@ObjectType("CategoryRule", {
  description: "A rule of the tenant: the category of the transactions that meet it.",
})
class CategoryRuleObject {
  @Field(() => ID, { description: "Id of the rule." })
  id!: string;

  @Field(() => String, { description: "Name of the rule." })
  name!: string;

  @Field(() => CategoryObject, { description: "The category that it gives." })
  category!: CategoryObject;

  @Field(() => FundEntity, {
    nullable: true,
    description: "The fund it is for; null for every fund.",
  })
  fund!: Pick<FundEntity, "id"> | null;

  @Field(() => ConditionsObject, { description: "What a transaction has to be." })
  conditions!: ConditionsObject;

  @Field(() => Int, { description: "Place in the order; the first rule that is met decides." })
  rank!: number;

  @Field(() => Boolean, { description: "Whether it decides." })
  enabled!: boolean;

  @Field(() => Int, { description: "Number of transactions that it decided." })
  applied!: number;

  @Field(() => String, { description: "Id of the user or API client that made it." })
  madeBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  madeAt!: Date;
}

@ObjectType("CategoryRuleEffect", { description: "A transaction that a rule would change." })
class RuleEffectObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => CategoryObject, { description: "The category it has now." })
  from!: CategoryObject;
}

@ObjectType("CategoryRuleDryRun", { description: "What a run of a rule would change." })
class DryRunObject {
  @Field(() => Int, { description: "Transactions that the rule decides." })
  matched!: number;

  @Field(() => Int, { description: "Of those, the ones whose category would change." })
  wouldChange!: number;

  @Field(() => Int, {
    description: "Of those, the ones that a person or a payee rule has decided.",
  })
  kept!: number;

  @Field(() => [RuleEffectObject], { description: "The first ones that would change, at most 20." })
  first!: RuleEffectObject[];

  @Field(() => Boolean, {
    description: "Whether every transaction was counted; the first 20,000 or so are.",
  })
  complete!: boolean;
}

@ObjectType("CategoryRuleRun", {
  implements: JobObject,
  description: "A run of a rule over what is posted; its progress is in transactions.",
})
export class CategoryRuleRunObject extends JobObject {
  @Field(() => Boolean, {
    description: "Whether an earlier request with the same key made this job.",
  })
  replayed!: boolean;

  @Field(() => CategoryChangeObject, {
    nullable: true,
    description: "What it changed, for `undoCategoryChange`; null until it has SUCCEEDED.",
  })
  change!: CategoryChangeObject | null;
}

/** A job of the kind as clients see it. */
export function toRuleRunJob(job: Job, replayed: boolean): CategoryRuleRunObject {
  const done = job.state === "SUCCEEDED" ? (job.result as RecordedChange) : null;
  // The job keeps it as JSON.
  const madeAt = new Date(done?.change.madeAt ?? 0);
  const change = done && toChangeObject({ ...done, change: { ...done.change, madeAt } });
  return Object.assign(new CategoryRuleRunObject(), jobFields(job), { replayed, change });
}

/** What a resolver of tenant rules receives. */
export interface TenantRuleContext extends CorrectionContext {
  readonly reads: TenantReads;
  readonly jobs: TenantJobs;
}

@Resolver()
export class TenantRuleResolver {
  @RequiresScopes("analytics:read")
  @Query(() => [CategoryRuleObject], {
    description: "The rules of the tenant in the order in which they decide, at most 200.",
  })
  async categoryRules(@Ctx() { request, reads }: TenantRuleContext): Promise<CategoryRuleObject[]> {
    return (await listRules(reads, request.tenantId)).map(toRuleObject);
  }

  // It reads up to 20,000 transactions.
  @Directive("@cost(weight: 50)")
  @RequiresScopes("analytics:read")
  @Query(() => DryRunObject, {
    description:
      "What a run of a rule would change, stored or not; it changes nothing. INVALID_INPUT names what is wrong with the rule.",
  })
  async categoryRuleDryRun(
    @Arg("rule", () => CategoryRuleInput) rule: CategoryRuleInput,
    @Ctx() { request, reads }: TenantRuleContext,
  ): Promise<DryRunObject> {
    const draft = toDraft(rule);
    requireFunds(request, draft.fundId);
    const others = await listRules(reads, request.tenantId);
    const rank = draft.rank ?? Number.MAX_SAFE_INTEGER;
    const made = { madeBy: request.actor, madeAt: request.now, fromPositions: {} };
    const tried: CategoryRule = { ...draft, ...made, rank, ruleId: draft.ruleId ?? newId() };
    const { first, ...counts } = await dryRun(reads, request, tried, others);
    return {
      ...counts,
      first: first.map(({ transactionId, from }) => ({
        transaction: { id: transactionId },
        from: categoryOf(from),
      })),
    };
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryChangeObject, {
    description:
      "Stores a rule for what is posted from now on; `runCategoryRule` applies it to what is posted already. NOT_FOUND, FUND_NOT_FOUND, INVALID_INPUT, OPERATION_LIMIT_EXCEEDED (200 rules) and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async saveCategoryRule(
    @Arg("input", () => CategoryRuleInput) input: CategoryRuleInput,
    @Ctx() { request, corrections }: TenantRuleContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CategoryChangeObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    return toChangeObject(await corrections.saveRule(request, toDraft(input), key));
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryChangeObject, {
    description:
      "Deletes a rule, with or without what it decided. NOT_FOUND and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async deleteCategoryRule(
    @Arg("ruleId", () => ID, { description: "Id of the rule." }) ruleId: string,
    @Arg("takeBack", () => Boolean, {
      description:
        "Whether the transactions that have their category from it get back the one they had.",
    })
    takeBack: boolean,
    @Ctx() { request, corrections }: TenantRuleContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CategoryChangeObject> {
    const key = idempotencyKey(request, null, info.path.key);
    return toChangeObject(await corrections.deleteRule(request, { ruleId, takeBack }, key));
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryRuleRunObject, {
    description:
      "Applies a rule to what is posted already, as a job, but not where a person or a payee rule has decided; `undoCategoryChange` takes the change back. NOT_FOUND, RATE_LIMITED and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async runCategoryRule(
    @Arg("ruleId", () => ID, { description: "Id of the rule." }) ruleId: string,
    @Ctx() { request, corrections, jobs }: TenantRuleContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const { fundId } = await corrections.findRule(request, ruleId);
    const key = idempotencyKey(request, null, info.path.key);
    // A repeat with the same key has to be the same request.
    const runId = key ?? newId();
    return jobs.request(request, {
      kind: CATEGORY_RULE_RUN,
      bookId: fundId,
      payload: { ruleId, runId },
      key,
    });
  }
}

const LONGEST_NAME = 100;
const LONGEST_TEXT = 200;
const MOST_WORDS = 10;
const LARGEST_RANK = 10_000;

function toDraft(input: CategoryRuleInput): RuleDraft {
  const { id = null, category, fundId = null, rank = null, enabled } = input;
  const name = input.name.trim();
  if (name.length === 0 || name.length > LONGEST_NAME)
    throw invalidInput("name", `must be 1 to ${LONGEST_NAME} characters`);
  if (!isCategoryCode(category)) throw invalidInput("category", "is not the code of a category");
  if (rank !== null && (rank < 1 || rank > LARGEST_RANK))
    throw invalidInput("rank", "must be between 1 and 10,000");
  return {
    ruleId: id,
    name,
    category,
    fundId,
    rank,
    enabled,
    conditions: toConditions(input.conditions),
  };
}

function toConditions(input: ConditionsInput): RuleConditions {
  const { direction = null, currency = null, accountId = null } = input;
  const textContains = textOf("textContains", input.textContains);
  const payee = textOf("payee", input.payee);
  const textWords = wordsOf(input.textWords);
  const [minMinor, maxMinor] = rangeOf(input, currency);
  if (accountId !== null && !isId(accountId))
    throw invalidInput("conditions.accountId", "is not an id");
  const conditions: RuleConditions = {
    ...(textContains === undefined ? {} : { textContains }),
    ...(textWords === undefined ? {} : { textWords }),
    ...(payee === undefined ? {} : { payee }),
    ...(direction === null ? {} : { direction }),
    ...(currency === null ? {} : { currency }),
    ...(minMinor === undefined ? {} : { minMinor }),
    ...(maxMinor === undefined ? {} : { maxMinor }),
    ...(accountId === null ? {} : { accountId }),
  };
  if (Object.keys(conditions).length === 0)
    throw invalidInput("conditions", "must have at least one condition");
  return conditions;
}

function textOf(name: string, text: string | null | undefined): string | undefined {
  if (text === null || text === undefined) return undefined;
  if (text.length > LONGEST_TEXT || !isSearchable(text))
    throw invalidInput(
      `conditions.${name}`,
      `must have words, in up to ${LONGEST_TEXT} characters`,
    );
  return text;
}

function wordsOf(words: readonly string[] | null | undefined): readonly string[] | undefined {
  if (words === null || words === undefined) return undefined;
  if (words.length === 0 || words.length > MOST_WORDS)
    throw invalidInput("conditions.textWords", `must be 1 to ${MOST_WORDS} words`);
  return words.map((word, index) => textOf(`textWords.${index}`, word) ?? word);
}

function rangeOf(
  { minAmount = null, maxAmount = null }: ConditionsInput,
  currency: string | null,
): [string | undefined, string | undefined] {
  if (minAmount === null && maxAmount === null) return [undefined, undefined];
  if (currency === null) throw invalidInput("conditions.currency", "is needed with an amount");
  const least = minAmount === null ? undefined : parseAmount(minAmount, currency);
  const most = maxAmount === null ? undefined : parseAmount(maxAmount, currency);
  if (least !== undefined && most !== undefined && least > most)
    throw invalidInput("conditions.minAmount", "must not be above `maxAmount`");
  return [least?.toString(), most?.toString()];
}

function toRuleObject(rule: ListedRule): CategoryRuleObject {
  const { ruleId, name, rank, enabled, fundId, category, conditions, applied } = rule;
  const { currency = null, minMinor, maxMinor } = conditions;
  const amount = (minor: string | undefined): string | null =>
    minor === undefined || currency === null ? null : formatAmount(BigInt(minor), currency);
  return {
    id: ruleId,
    name,
    rank,
    enabled,
    applied,
    category: categoryOf(category),
    fund: fundId === null ? null : { id: fundId },
    madeBy: rule.madeBy,
    madeAt: rule.madeAt,
    conditions: {
      textContains: conditions.textContains ?? null,
      textWords: conditions.textWords ?? null,
      payee: conditions.payee ?? null,
      direction: conditions.direction ?? null,
      currency,
      minAmount: amount(minMinor),
      maxAmount: amount(maxMinor),
      accountId: conditions.accountId ?? null,
    },
  };
}
