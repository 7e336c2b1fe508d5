import "reflect-metadata";
import { GRANT_FIELD, GRANT_NAME } from "@allfunds/contract/caller";
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from "type-graphql";
import type { RequestContext } from "../context.ts";
import { connectionType, pageSize, toConnection, type Connection } from "../graphql/connection.ts";
import { RequiresScopes, Tag } from "../graphql/requires.ts";
import { CursorScalar, DateTimeScalar, SafeIntScalar } from "../graphql/scalars.ts";
import { JobErrorObject } from "./job-graphql.ts";
import type { JobQueue, QueuePort } from "./job-queue.ts";
import { JOB_STATES, type Job, type JobFailure, type JobState } from "./job-table.ts";
import { jobCursor } from "./read-jobs.ts";

/** What a resolver receives that has to do with queues. */
export interface JobQueueContext {
  readonly request: RequestContext;
  readonly jobQueues: QueuePort;
}

@Directive("@shareable")
@ObjectType("JobQueue", { description: "The jobs of one kind that have not succeeded." })
export class JobQueueObject implements JobQueue {
  @Field(() => String, { description: "The kind of job, such as `verification`." })
  kind!: string;

  @Field(() => SafeIntScalar, { description: "Jobs that wait for their turn." })
  waiting!: number;

  @Field(() => SafeIntScalar, { description: "Jobs that run." })
  running!: number;

  @Field(() => SafeIntScalar, {
    description: "Jobs of the last 30 days that failed and run no more (dead jobs).",
  })
  failed!: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the oldest job that waits was requested; null when none waits.",
  })
  oldestWaitingAt!: Date | null;
}

@Directive("@shareable")
@ObjectType("QueuedJob", { description: "A job of any kind, as administrators see it." })
export class QueuedJobObject {
  @Field(() => ID, { description: "UUID of the job." })
  id!: string;

  @Field(() => String, { description: "The kind of job." })
  kind!: string;

  @Field(() => ID, {
    name: GRANT_FIELD,
    nullable: true,
    description: `The ${GRANT_NAME} it is about; null for all ${GRANT_NAME}s.`,
  })
  bookId!: string | null;

  @Field(() => JOB_STATES, { description: "Where it is." })
  state!: JobState;

  @Field(() => JobErrorObject, { nullable: true, description: "Of a FAILED job: why." })
  error!: JobFailure | null;

  @Field(() => String, { description: "Who requested it: the id of a user or of an API client." })
  requestedBy!: string;

  @Field(() => DateTimeScalar, { description: "When it was requested." })
  requestedAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it failed; null before." })
  finishedAt!: Date | null;
}

const QueuedJobConnection = connectionType("QueuedJob", QueuedJobObject, { shareable: true });

const toQueuedJob = (job: Job): QueuedJobObject => Object.assign(new QueuedJobObject(), job);

/** The resolver by which administrators see and steer the queues of a subgraph, named in its fields. */
export function jobQueueResolver(of: string): new () => object {
  const capitalised = `${of[0]?.toUpperCase()}${of.slice(1)}`;
  @Resolver()
  class JobQueueResolver {
    @RequiresScopes("admin")
    @Tag("internal")
    @Query(() => [JobQueueObject], {
      name: `${of}JobQueues`,
      description: `How many jobs of ${of} wait, run and have failed, by kind. FORBIDDEN without a grant for every ${GRANT_NAME}.`,
    })
    queues(@Ctx() { request, jobQueues }: JobQueueContext): Promise<JobQueueObject[]> {
      return jobQueues.read(request);
    }

    @RequiresScopes("admin")
    @Tag("internal")
    @Query(() => QueuedJobConnection, {
      name: `${of}FailedJobs`,
      description: `Jobs of ${of} that failed in the last 30 days, newest first. FORBIDDEN without a grant for every ${GRANT_NAME}.`,
    })
    async failed(
      @Arg("kind", () => String, { nullable: true, description: "Only jobs of this kind." })
      kind: string | null | undefined,
      @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
      first: number,
      @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
      after: string | null | undefined,
      @Ctx() { request, jobQueues }: JobQueueContext,
    ): Promise<Connection<QueuedJobObject>> {
      const page = { first: pageSize(first), after: after ?? null };
      const jobs = await jobQueues.readFailed(request, kind ?? null, page);
      return toConnection(jobs.map(toQueuedJob), { ...page, cursorOf: jobCursor });
    }

    @RequiresScopes("admin")
    @Tag("internal")
    @Mutation(() => QueuedJobObject, {
      name: `redrive${capitalised}Job`,
      description: `Queues a failed job of ${of} again, from its start; one that has not failed stays as it is. NOT_FOUND when there is none, DELEGATION_REFUSED for one that acted for its requester: request it anew; FORBIDDEN without a grant for every ${GRANT_NAME}.`,
    })
    async redrive(
      @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
      @Ctx() { request, jobQueues }: JobQueueContext,
    ): Promise<QueuedJobObject> {
      return toQueuedJob(await jobQueues.redrive(request, id));
    }
  }
  return JobQueueResolver;
}
