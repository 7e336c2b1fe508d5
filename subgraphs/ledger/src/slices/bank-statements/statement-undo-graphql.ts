import { AppError } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, type Connection } from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { Job, JobPort } from "@allfunds/platform/jobs";
import { jobFields, JobObject, WorkProgressObject } from "@allfunds/platform/jobs/graphql";
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import { originOf } from "../../engine/origin.ts";
import { JobsOfKind } from "../../graph/jobs-of-kind.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs } from "../../graph/page-args.ts";
import { findStatement, requireStatement } from "./bank-statement-graphql.ts";
import { BankStatementObject } from "./bank-statement-object.ts";
import { UndoStatementInput } from "./statement-change-graphql.ts";
import {
  STATEMENT_UNDO_JOB,
  type StatementUndoRequest,
  type StatementUndoResult,
} from "./statement-undo-job.ts";

@ObjectType("StatementObstacle", { description: "What stands in the way of an undo." })
class StatementObstacleObject {
  @Field(() => String, { description: "Where it is: `transaction` and its UUID, or `input`." })
  path!: string;

  @Field(() => String, { description: "What is wrong there." })
  message!: string;
}

@ObjectType("StatementUndoJob", {
  implements: JobObject,
  description: "The undo of a large import; its progress is in transactions.",
})
class StatementUndoJobObject extends JobObject {
  @Field(() => ID, { description: "UUID of the import." })
  statementId!: string;

  @Field(() => WorkProgressObject, { description: "How far it is; a second old at most." })
  override progress = new WorkProgressObject();

  @Field(() => Int, {
    nullable: true,
    description: "Transactions that were reversed; null before its end.",
  })
  reversed!: number | null;

  @Field(() => [StatementObstacleObject], {
    description: "Of a FAILED job: up to 50 transactions and why. Nothing was reversed.",
  })
  obstacles!: StatementObstacleObject[];
}

const StatementUndoJobConnection = connectionType("StatementUndoJob", StatementUndoJobObject);

function toJobObject(job: Job): StatementUndoJobObject {
  const { importId: statementId } = job.payload as StatementUndoRequest;
  const result = job.result as StatementUndoResult | null;
  return Object.assign(new StatementUndoJobObject(), jobFields(job), {
    statementId,
    reversed: result?.outcome?.reversed ?? null,
    obstacles: [...(result?.violations ?? [])],
  });
}

const UNDOS = new JobsOfKind({ kind: STATEMENT_UNDO_JOB, noun: "job", toObject: toJobObject });

@Resolver(() => StatementUndoJobObject)
export class StatementUndoResolver {
  readonly #jobs: JobPort;

  constructor({ jobs }: { readonly jobs: JobPort }) {
    this.#jobs = jobs;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementUndoJobObject, {
    description:
      "Takes an import of any size back by a job, as undoStatement does: all of its transactions or none. Other writers of the fund wait while it is stored, reads do not and see nothing of it before its end. ALREADY_REVERSED for a statement that was undone. RATE_LIMITED while ten jobs of the tenant wait or run.",
  })
  async startStatementUndo(
    @Arg("input", () => UndoStatementInput) { statementId, reason }: UndoStatementInput,
    @Ctx() context: LedgerContext,
  ): Promise<StatementUndoJobObject> {
    const { request } = context;
    const { id: importId, fundId, state } = await requireStatement(context, statementId);
    if (state === "UNDONE")
      throw new AppError("ALREADY_REVERSED", "The statement was undone already.");
    const payload: StatementUndoRequest = {
      importId,
      fundId,
      reason,
      owner: request.caller?.owner,
      origin: originOf(request),
    };
    const key = request.idempotencyKey ?? newId();
    const kind = STATEMENT_UNDO_JOB;
    const { unchanged } = request;
    const unless =
      unchanged === undefined
        ? undefined
        : { unfinished: { importId }, changed: unchanged.since === 0 };
    const { job } = await this.#jobs.request(request, {
      kind,
      bookId: fundId,
      payload,
      key,
      unless,
    });
    return toJobObject(job);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementUndoJobObject, {
    description:
      "Ends the undo of a statement; nothing is reversed, unless it has finished. NOT_FOUND when there is none.",
  })
  cancelStatementUndo(
    @Arg("jobId", () => ID, { description: "UUID of the job." }) jobId: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementUndoJobObject> {
    return UNDOS.cancel(context, this.#jobs, jobId);
  }

  @RequiresScopes("ledger:read")
  @Query(() => StatementUndoJobConnection, {
    description: "Undos of statements by a job of the last 30 days, newest first.",
  })
  statementUndoJobs(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<StatementUndoJobObject>> {
    return UNDOS.page(context, args);
  }

  @RequiresScopes("ledger:read")
  @Query(() => StatementUndoJobObject, {
    nullable: true,
    description: "The undo of a statement by a job; null when there is none.",
  })
  statementUndoJob(
    @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementUndoJobObject | null> {
    return UNDOS.find(context, id);
  }

  @FieldResolver(() => BankStatementObject, {
    nullable: true,
    description: "The import.",
  })
  statement(
    @Root() { statementId }: StatementUndoJobObject,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject | null> {
    return findStatement(context, statementId);
  }
}
