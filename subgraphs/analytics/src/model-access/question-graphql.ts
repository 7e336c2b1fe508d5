import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  DateTimeScalar,
  encodeCursor,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { invalidInput } from "@allfunds/contract/errors";
import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { Job } from "@allfunds/platform/jobs";
import { jobFields, JobObject } from "@allfunds/platform/jobs/graphql";
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Query, Resolver } from "type-graphql";
import { TransactionEntity } from "../books/entities.ts";
import { idIn, type ModelContext } from "./model-graphql.ts";
import { readSetAside, redriveQuestions, type SetAsideQuestion } from "../questions/backlog.ts";
import type { CategorisationResult } from "../questions/categorisation-job.ts";

@ObjectType("CategorisationJob", {
  implements: JobObject,
  description:
    "Sends uncertain categories to the language model; its progress is in transactions. It waits while the service fails or the budget of the day is spent, and goes on by itself.",
})
export class CategorisationJobObject extends JobObject {
  @Field(() => Int, { description: "Transactions that got a category of the model." })
  answered!: number;

  @Field(() => Int, { description: "Transactions that were set aside." })
  setAside!: number;

  @Field(() => String, { nullable: true, description: "Why it waits, or ended early." })
  problem!: string | null;
}

/** A job of the kind as clients see it. */
export function toCategorisationJob(job: Job): CategorisationJobObject {
  const result = job.result as CategorisationResult | null;
  return Object.assign(new CategorisationJobObject(), jobFields(job), {
    answered: result?.answered ?? 0,
    setAside: result?.setAside ?? 0,
    problem: result?.problem ?? null,
  });
}

@ObjectType("SetAsideQuestion", {
  description: "A transaction that the language model gave no usable category for.",
})
class SetAsideQuestionObject {
  @Field(() => TransactionEntity, { description: "The transaction." })
  transaction!: Pick<TransactionEntity, "id">;

  @Field(() => Int, { description: "How often it was sent." })
  attempts!: number;

  @Field(() => String, { nullable: true, description: "What the last attempt came to." })
  problem!: string | null;

  @Field(() => DateTimeScalar, { description: "When it was set aside." })
  setAsideAt!: Date;
}

const SetAsideQuestionConnection = connectionType("SetAsideQuestion", SetAsideQuestionObject);

const toObject = ({ transactionId, ...rest }: SetAsideQuestion): SetAsideQuestionObject => ({
  transaction: { id: transactionId },
  ...rest,
});

const MOST_IDS = 1_000;

@Resolver()
export class QuestionResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("admin")
  @Query(() => SetAsideQuestionConnection, {
    description:
      "Transactions that were set aside: the service refused their text, or gave no usable answer three times. The built-in category stays.",
  })
  async setAsideQuestions(
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request, reads }: ModelContext,
  ): Promise<Connection<SetAsideQuestionObject>> {
    const page = { first: pageSize(first), after: idIn(after) };
    const questions = await readSetAside(reads, request.tenantId, page);
    return toConnection(questions.map(toObject), {
      first: page.first,
      after,
      cursorOf: ({ transaction: { id } }) => encodeCursor([id]),
    });
  }

  @RequiresScopes("admin")
  @Mutation(() => Int, {
    description:
      "Queues transactions that were set aside again; resolves with their number. Ids of others are ignored.",
  })
  redriveQuestions(
    @Arg("transactionIds", () => [ID], {
      nullable: true,
      description: `Which ones, at most ${MOST_IDS}; all when absent.`,
    })
    ids: string[] | null | undefined,
    @Ctx() { request }: ModelContext,
  ): Promise<number> {
    if ((ids?.length ?? 0) > MOST_IDS) {
      throw invalidInput("transactionIds", `at most ${MOST_IDS} at once`);
    }
    ids?.forEach((id, index) => {
      if (!isId(id)) throw invalidInput(`transactionIds.${index}`, "must be a UUID");
    });
    return redriveQuestions(this.#pool, request.tenantId, ids ?? null);
  }
}
