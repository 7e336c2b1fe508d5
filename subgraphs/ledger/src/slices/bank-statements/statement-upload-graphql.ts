import { invalidInput } from "@allfunds/contract/errors";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { connectionType, SafeIntScalar, type Connection } from "@allfunds/platform/graphql/types";
import { withTransaction, type TransactionPool } from "@allfunds/platform/database";
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
import { findStatement } from "./bank-statement-graphql.ts";
import { BankStatementObject } from "./bank-statement-object.ts";
import { withKeptRules } from "./import-rules-graphql.ts";
import { toStatementReading } from "./read-statement.ts";
import { splitTargetOf } from "./statement-graphql.ts";
import {
  STATEMENT_IMPORT_JOB,
  type StatementImportRequest,
  type StatementImportResult,
} from "./statement-import-job.ts";
import { StartStatementImportInput } from "./statement-objects.ts";
import {
  appendChunk,
  findUpload,
  finishUpload,
  MOST_CHUNK_CHARACTERS,
  noteJob,
  removeChunks,
  startUpload,
  type StatementUpload,
  type Uploader,
} from "./statement-upload.ts";

@ObjectType("StatementFault", { description: "What is wrong with a file that was refused." })
class StatementFaultObject {
  @Field(() => String, { description: "Where it is: `line 7`, or a member of the input." })
  path!: string;

  @Field(() => String, { description: "What is wrong there." })
  message!: string;
}

@ObjectType("StatementImportJob", {
  implements: JobObject,
  description: "The import of an uploaded bank statement; its progress is in lines of the file.",
})
class StatementImportJobObject extends JobObject {
  @Field(() => ID, { description: "UUID of the upload, and of the statement that it becomes." })
  statementId!: string;

  @Field(() => WorkProgressObject, { description: "How far it is; a second old at most." })
  override progress = new WorkProgressObject();

  @Field(() => [StatementFaultObject], {
    description: "Of a FAILED job: up to 50 faults of the file. Nothing of it was posted.",
  })
  faults!: StatementFaultObject[];
}

const StatementImportJobConnection = connectionType("StatementImportJob", StatementImportJobObject);

@ObjectType("StatementUpload", {
  description: "A bank's file that is uploaded in chunks and imported by a job.",
})
class StatementUploadObject {
  @Field(() => ID, { description: "UUID of the upload, and of the statement that it becomes." })
  id!: string;

  @Field(() => SafeIntScalar, {
    description: "Bytes of the file that are stored: the offset of the next chunk.",
  })
  bytes!: number;

  @Field(() => Boolean, { description: "True when it is complete: it takes no more chunks." })
  isFinished!: boolean;

  // Not a field: `job` is found by it.
  jobId!: string | null;
}

/** A job of the kind as clients see it. */
function toJobObject(job: Job): StatementImportJobObject {
  const { uploadId: statementId } = job.payload as StatementImportRequest;
  const result = job.result as StatementImportResult | null;
  const faults = [...(result?.violations ?? [])];
  return Object.assign(new StatementImportJobObject(), jobFields(job), { statementId, faults });
}

const IMPORTS = new JobsOfKind({ kind: STATEMENT_IMPORT_JOB, noun: "job", toObject: toJobObject });

const uploaderOf = ({ request: { tenantId, actor, caller } }: LedgerContext): Uploader => ({
  tenantId,
  actor,
  funds: caller?.funds ?? ALL_GRANTED,
});

@Resolver(() => StatementUploadObject)
export class StatementUploadResolver {
  readonly #uploads: TransactionPool;
  readonly #jobs: JobPort;

  constructor({ uploads, jobs }: { readonly uploads: TransactionPool; readonly jobs: JobPort }) {
    this.#uploads = uploads;
    this.#jobs = jobs;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementUploadObject, {
    description:
      "Begins the upload of a bank's file with up to 1,000,000 lines: append its chunks, then finish it. The caller alone sees the upload. RATE_LIMITED while ten uploads are open; one that is not finished within a week is removed.",
  })
  async startStatementImport(
    @Arg("input", () => StartStatementImportInput) asked: StartStatementImportInput,
    @Arg("id", () => ID, {
      nullable: true,
      description:
        "UUID of the upload, made by the client, so that a repeat is the same upload; used for another one, or for a statement that is imported, it is an IDEMPOTENCY_CONFLICT.",
    })
    id: string | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<StatementUpload> {
    const input = await withKeptRules(asked, context);
    const { target: given, accounts: _accounts } = await splitTargetOf(input, context);
    const { importId: _importId, account, splits = [], ...target } = given;
    const { id: accountId, fundId, currency } = account;
    const request = {
      target: { ...target, account: { id: accountId, fundId, currency } },
      reading: toStatementReading(input),
      ...([...splits].length === 0 ? {} : { splits: [...splits] }),
    };
    return startUpload(this.#uploads, uploaderOf(context), id ?? newId(), request);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementUploadObject, {
    description:
      "Appends a chunk of the file, cut anywhere. A repeat changes nothing; another offset than `bytes` is UPLOAD_OFFSET_MISMATCH, whose message names the right one.",
  })
  appendStatementImport(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Arg("offset", () => SafeIntScalar, { description: "Bytes of the file before this chunk." })
    offset: number,
    @Arg("contentBase64", () => String, {
      description: `The chunk's bytes in Base64, 1 to ${MOST_CHUNK_CHARACTERS} characters.`,
    })
    contentBase64: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementUpload> {
    const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(contentBase64);
    if (!isBase64 || contentBase64.length > MOST_CHUNK_CHARACTERS) {
      const most = `must be 1 to ${MOST_CHUNK_CHARACTERS} characters of Base64`;
      throw invalidInput("contentBase64", most);
    }
    const content = Buffer.from(contentBase64, "base64");
    return appendChunk(this.#uploads, uploaderOf(context), id, offset, content);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementImportJobObject, {
    description:
      "Ends an upload and has the file imported by a job: all of its lines or none. A repeat is the same job. Other writers of the fund wait while it is stored, reads do not. RATE_LIMITED while ten jobs of the tenant wait or run.",
  })
  async finishStatementImport(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementImportJobObject> {
    const { request } = context;
    const uploader = uploaderOf(context);
    const { fundId, jobId } = await finishUpload(this.#uploads, uploader, id, originOf(request));
    const earlier = jobId === null ? null : await IMPORTS.find(context, jobId);
    if (earlier !== null) return earlier;
    // The same of each repeat, so that it is the same job.
    const payload: StatementImportRequest = {
      uploadId: id,
      fundId,
      owner: request.caller?.owner,
    };
    const kind = STATEMENT_IMPORT_JOB;
    const { job } = await this.#jobs.request(request, { kind, bookId: fundId, payload, key: id });
    await noteJob(this.#uploads, uploader, id, job.id);
    return toJobObject(job);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementImportJobObject, {
    description:
      "Ends the import of an uploaded statement; nothing of it is posted, unless it has finished. NOT_FOUND when there is none.",
  })
  async cancelStatementImport(
    @Arg("jobId", () => ID, { description: "UUID of the job." }) jobId: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementImportJobObject> {
    const cancelled = await IMPORTS.cancel(context, this.#jobs, jobId);
    // A run that has begun may still read the file.
    if (cancelled.state === "CANCELLED")
      await removeChunks(this.#uploads, context.request.tenantId, cancelled.statementId);
    return cancelled;
  }

  @RequiresScopes("ledger:write")
  @Query(() => StatementUploadObject, {
    nullable: true,
    description: "An upload of the caller's within the last week; null when there is none.",
  })
  async statementUpload(
    @Arg("id", () => ID, { description: "UUID of the upload." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementUpload | null> {
    const { tenantId } = context.request;
    return withTransaction(this.#uploads, { tenantId }, (client) =>
      findUpload(client, uploaderOf(context), id),
    );
  }

  @RequiresScopes("ledger:read")
  @Query(() => StatementImportJobObject, {
    nullable: true,
    description: "The import of an uploaded statement; null when there is none.",
  })
  statementImportJob(
    @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementImportJobObject | null> {
    return IMPORTS.find(context, id);
  }

  @RequiresScopes("ledger:read")
  @Query(() => StatementImportJobConnection, {
    description: "Imports of uploaded statements of the last 30 days, newest first.",
  })
  statementImportJobs(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: LedgerContext,
  ): Promise<Connection<StatementImportJobObject>> {
    return IMPORTS.page(context, args);
  }

  @FieldResolver(() => StatementImportJobObject, {
    nullable: true,
    description: "The job that imports it; null before there is one.",
  })
  async job(
    @Root() { jobId }: StatementUploadObject,
    @Ctx() context: LedgerContext,
  ): Promise<StatementImportJobObject | null> {
    return jobId === null ? null : IMPORTS.find(context, jobId);
  }
}

@Resolver(() => StatementImportJobObject)
export class StatementImportJobResolver {
  @FieldResolver(() => BankStatementObject, {
    nullable: true,
    description: "What it imported; null until it has.",
  })
  statement(
    @Root() { statementId }: StatementImportJobObject,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject | null> {
    return findStatement(context, statementId);
  }
}
