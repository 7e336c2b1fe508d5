import type { RequestContext } from "@allfunds/platform/context";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { DateTimeScalar } from "@allfunds/platform/graphql/types";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Field,
  ID,
  Info,
  InputType,
  Int,
  Mutation,
  ObjectType,
  registerEnumType,
  Resolver,
} from "type-graphql";
import { TransactionEntity } from "../books/entities.ts";
import type { CategoryChange, ChangeKind, RecordedChange } from "./category-change.ts";
import type { Corrections } from "./corrections.ts";

const ScopeEnum = { THIS: "THIS", PAYEE: "PAYEE" } as const;
registerEnumType(ScopeEnum, {
  name: "CorrectionScope",
  description: "What a chosen category is for.",
  valuesConfig: {
    THIS: { description: "This transaction, or this line of it." },
    PAYEE: {
      description:
        "Every transaction of the fund with the same payee and direction, now and later; a person's choices stay.",
    },
  },
});

const KindEnum = {
  SET: "SET",
  ACCEPT: "ACCEPT",
  UNDO: "UNDO",
  DELETE_PAYEE_RULE: "DELETE_PAYEE_RULE",
  SAVE_RULE: "SAVE_RULE",
  DELETE_RULE: "DELETE_RULE",
  RUN_RULES: "RUN_RULES",
  RECATEGORISE: "RECATEGORISE",
} as const satisfies Record<ChangeKind, ChangeKind>;
registerEnumType(KindEnum, {
  name: "CategoryChangeKind",
  description: "What was done to categories.",
});

const KEY_DESCRIPTION =
  "A repeat with the same key changes nothing and answers as the first did. The header Idempotency-Key serves as well.";

@InputType({ description: "The category a person chooses." })
export class SetCategoryInput {
  @Field(() => ID, { description: "Id of the transaction." })
  transactionId!: string;

  @Field(() => Int, {
    nullable: true,
    description: "Number of a line of a split, from 1; without it the whole transaction is meant.",
  })
  line?: number | null;

  @Field(() => String, { description: "Code of the category, as `categories` lists them." })
  category!: string;

  @Field(() => ScopeEnum, { defaultValue: "THIS", description: "What the category is for." })
  scope!: "THIS" | "PAYEE";

  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;
}

@InputType({ description: "The category a person confirms: the one that stands." })
export class AcceptCategoryInput {
  @Field(() => ID, { description: "Id of the transaction." })
  transactionId!: string;

  @Field(() => Int, {
    nullable: true,
    description: "Number of a line of a split, from 1; without it the whole transaction is meant.",
  })
  line?: number | null;

  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;
}

@InputType({ description: "The change to take back." })
export class UndoCategoryChangeInput {
  @Field(() => ID, { description: "Id of the change." })
  changeId!: string;

  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;
}

@InputType({ description: "The payee rule to delete." })
export class DeletePayeeRuleInput {
  @Field(() => ID, { description: "Id of the rule." })
  ruleId!: string;

  @Field(() => Boolean, {
    description:
      "Whether the transactions that have their category from it get back the one they had.",
  })
  takeBack!: boolean;

  @Field(() => String, { nullable: true, description: KEY_DESCRIPTION })
  idempotencyKey?: string | null;
}

@ObjectType("CategoryChange", { description: "What a person did to categories." })
export class CategoryChangeObject {
  @Field(() => ID, { description: "Id of the change, for `undoCategoryChange`." })
  id!: string;

  @Field(() => KindEnum, { description: "What was done." })
  kind!: ChangeKind;

  @Field(() => Int, { description: "Number of transactions whose category it set or restored." })
  changed!: number;

  @Field(() => TransactionEntity, {
    nullable: true,
    description: "The transaction at which it was made, if it was at one.",
  })
  transaction!: Pick<TransactionEntity, "id"> | null;

  @Field(() => ID, {
    nullable: true,
    description: "The payee rule or the rule of the tenant that it made, deleted or ran.",
  })
  ruleId!: string | null;

  @Field(() => String, { description: "Id of the user or API client that made it." })
  madeBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  madeAt!: Date;

  @Field(() => Boolean, {
    description: "An earlier request with the same idempotency key made it.",
  })
  replayed!: boolean;
}

export function toChangeObject({ change, replayed }: RecordedChange): CategoryChangeObject {
  const { changeId, kind, changed, transactionId, ruleId, madeBy, madeAt }: CategoryChange = change;
  return {
    id: changeId,
    kind,
    changed,
    madeBy,
    madeAt,
    replayed,
    transaction: transactionId === null ? null : { id: transactionId },
    ruleId,
  };
}

/** What a resolver of corrections receives. */
export interface CorrectionContext {
  readonly request: RequestContext;
  readonly corrections: Corrections;
}

@Resolver()
export class CorrectionResolver {
  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryChangeObject, {
    description:
      "Chooses the category of a transaction, of a line of it, or of everything with its payee. The choice locks: models, rules and rebuilds leave it. TRANSACTION_NOT_FOUND, INVALID_INPUT and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async setCategory(
    @Arg("input", () => SetCategoryInput) input: SetCategoryInput,
    @Ctx() { request, corrections }: CorrectionContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CategoryChangeObject> {
    const { idempotencyKey: given, line = null, ...rest } = input;
    const key = idempotencyKey(request, given, info.path.key);
    return toChangeObject(await corrections.set(request, { ...rest, line }, key));
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryChangeObject, {
    description:
      "Confirms the category that stands, which locks it as a choice does. TRANSACTION_NOT_FOUND, INVALID_INPUT and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async acceptCategory(
    @Arg("input", () => AcceptCategoryInput) input: AcceptCategoryInput,
    @Ctx() { request, corrections }: CorrectionContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CategoryChangeObject> {
    const { idempotencyKey: given, transactionId, line = null } = input;
    const key = idempotencyKey(request, given, info.path.key);
    return toChangeObject(await corrections.accept(request, { transactionId, line }, key));
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryChangeObject, {
    description:
      "Takes a change back: what it decided has the category from before, unless a later decision stands there, and a payee rule that it made is gone. NOT_FOUND, INVALID_INPUT (undone already) and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async undoCategoryChange(
    @Arg("input", () => UndoCategoryChangeInput) input: UndoCategoryChangeInput,
    @Ctx() { request, corrections }: CorrectionContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CategoryChangeObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    return toChangeObject(await corrections.undo(request, input.changeId, key));
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => CategoryChangeObject, {
    description:
      "Deletes a learned payee rule, with or without what it decided. NOT_FOUND and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async deletePayeeRule(
    @Arg("input", () => DeletePayeeRuleInput) input: DeletePayeeRuleInput,
    @Ctx() { request, corrections }: CorrectionContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CategoryChangeObject> {
    const { idempotencyKey: given, ruleId, takeBack } = input;
    const key = idempotencyKey(request, given, info.path.key);
    return toChangeObject(await corrections.deletePayeeRule(request, { ruleId, takeBack }, key));
  }
}
