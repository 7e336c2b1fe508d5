import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import { newId } from "@allfunds/platform/ids";
import type { Job } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  Info,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from "type-graphql";
import { TransactionEntity } from "../books/entities.ts";
import { CategoryObject } from "../categories/category-graphql.ts";
import { categoryOf } from "../classification/taxonomy.ts";
import { CategoryChangeObject, toChangeObject } from "../corrections/correction-graphql.ts";
import { requireFunds } from "../corrections/tenant-rules.ts";
import { RECATEGORISATION } from "./recategorisation-job.ts";
import { previewRecategorisation } from "./recategorise.ts";
import type { CategoryMove, Recategorised, RecategorisationParts } from "./recategorise.ts";

@ObjectType("CategoryMove", { description: "Transactions that go from one category to another." })
class CategoryMoveObject {
  @Field(() => CategoryObject, { description: "The category they have." })
  from!: CategoryObject;

  @Field(() => CategoryObject, { description: "The category they get." })
  to!: CategoryObject;

  @Field(() => Int, { description: "How many they are." })
  transactions!: number;
}

@ObjectType("MovedTransaction", { description: "A transaction whose category would change." })
class MovedTransactionObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => CategoryObject, { description: "The category it has." })
  from!: CategoryObject;

  @Field(() => CategoryObject, { description: "The category it would get." })
  to!: CategoryObject;
}

@ObjectType("RecategorisationPreview", {
  description: "What judging everything that is posted again would change.",
})
class RecategorisationPreviewObject {
  @Field(() => Int, { description: "Transactions that were looked at." })
  scanned!: number;

  @Field(() => Int, { description: "Of those, the ones whose category would change." })
  changed!: number;

  @Field(() => [CategoryMoveObject], { description: "The changes, the most frequent first." })
  moves!: CategoryMoveObject[];

  @Field(() => [MovedTransactionObject], {
    description: "The first ones that would change, at most 20.",
  })
  first!: MovedTransactionObject[];

  @Field(() => Boolean, {
    description: "Whether every transaction was looked at; the first 20,000 or so are.",
  })
  complete!: boolean;
}

@ObjectType("RecategorisationJob", {
  implements: JobObject,
  description: "Judges everything that is posted again; its progress is in transactions.",
})
export class RecategorisationJobObject extends JobObject {
  @Field(() => Boolean, {
    description: "Whether an earlier request with the same key made this job.",
  })
  replayed!: boolean;

  @Field(() => CategoryChangeObject, {
    nullable: true,
    description: "What it changed; null until it has SUCCEEDED.",
  })
  change!: CategoryChangeObject | null;

  @Field(() => [CategoryMoveObject], { description: "The changes, the most frequent first." })
  moves!: CategoryMoveObject[];
}

/** A job of the kind as clients see it. */
export function toRecategorisationJob(job: Job, replayed: boolean): RecategorisationJobObject {
  const done = job.state === "SUCCEEDED" ? (job.result as Recategorised) : null;
  const recorded = done?.recorded;
  // The job keeps it as JSON.
  const madeAt = new Date(recorded?.change.madeAt ?? 0);
  return Object.assign(new RecategorisationJobObject(), jobFields(job), {
    replayed,
    change: recorded
      ? toChangeObject({ ...recorded, change: { ...recorded.change, madeAt } })
      : null,
    moves: (done?.moves ?? []).map(toMoveObject),
  });
}

const toMoveObject = ({ from, to, transactions }: CategoryMove): CategoryMoveObject => ({
  from: categoryOf(from),
  to: categoryOf(to),
  transactions,
});

@Resolver()
export class RecategorisationResolver {
  readonly #parts: RecategorisationParts;

  constructor(parts: RecategorisationParts) {
    this.#parts = parts;
  }

  // It judges up to 20,000 transactions.
  @Directive("@cost(weight: 100)")
  @RequiresScopes("analytics:read")
  @Query(() => RecategorisationPreviewObject, {
    description:
      "What `recategorise` would change: counts by category before and after, and the first transactions. It changes nothing. FUND_NOT_FOUND, and FORBIDDEN for all funds by a caller of some.",
  })
  async recategorisationPreview(
    @Arg("fundId", () => ID, { nullable: true, description: "Only this fund; all when absent." })
    fundId: string | null | undefined,
    @Ctx() { request }: JobContext,
  ): Promise<RecategorisationPreviewObject> {
    requireFunds(request, fundId ?? null);
    const found = await previewRecategorisation(this.#parts, request, fundId ?? null);
    return {
      ...found,
      moves: found.moves.map(toMoveObject),
      first: found.first.map(({ transactionId, from, to }) => ({
        transaction: { id: transactionId },
        from: categoryOf(from),
        to: categoryOf(to),
      })),
    };
  }

  @RequiresScopes("analytics:write")
  @Mutation(() => RecategorisationJobObject, {
    description:
      "Judges everything that is posted again by the model and the rules of now, as a job; `recategorisationPreview` shows the difference first. A person's choice, a learned payee rule and an answer of the language model stand. It cannot be undone. FUND_NOT_FOUND, FORBIDDEN, RATE_LIMITED and IDEMPOTENCY_CONFLICT are refused without effect.",
  })
  async recategorise(
    @Arg("fundId", () => ID, { nullable: true, description: "Only this fund; all when absent." })
    fundId: string | null | undefined,
    @Ctx() { request, jobs }: JobContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const only = fundId ?? null;
    requireFunds(request, only);
    const key = idempotencyKey(request, null, info.path.key);
    // A repeat with the same key has to be the same request.
    const payload = { fundId: only, runId: key ?? newId() };
    return jobs.request(request, { kind: RECATEGORISATION, bookId: only, payload, key });
  }
}
