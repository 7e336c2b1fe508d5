import "reflect-metadata";
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import type { Scope } from "@allfunds/contract/scopes";
import type { RequestContext } from "../context.ts";
import { connectionType, pageSize, toConnection, type Connection } from "../graphql/connection.ts";
import { RequiresScopes } from "../graphql/requires.ts";
import { CursorScalar } from "../graphql/scalars.ts";
import { JobObject } from "./job-graphql.ts";
import type { Job } from "./job-table.ts";
import { jobCursor } from "./read-jobs.ts";
import type { TenantJobs } from "./tenant-jobs.ts";

/** What a resolver receives that has to do with jobs. */
export interface JobContext {
  readonly request: RequestContext;
  readonly jobs: TenantJobs;
}

const JobConnection = connectionType("Job", JobObject, { shareable: true });

/** What differs between the jobs of subgraphs. */
interface JobsInGraph {
  /** The subgraph in field names: `metrics` makes `metricsJob` and `cancelMetricsJob`. */
  readonly of: string;
  /** An example of its jobs. */
  readonly suchAs: string;
  readonly mayRead: Scope;
  readonly mayCancel: Scope;
}

interface WatchRequest {
  readonly args: { readonly id?: string };
  readonly context: JobContext;
}

/** The resolver of a subgraph's jobs: one, a page of them, the end of one, and its updates. */
export function jobResolver({ of, suchAs, mayRead, mayCancel }: JobsInGraph): new () => object {
  @Resolver()
  class JobResolver {
    @RequiresScopes(mayRead)
    @Query(() => JobObject, {
      name: `${of}Job`,
      nullable: true,
      description: `A job of ${of}, such as ${suchAs}; null when there is none.`,
    })
    async one(
      @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
      @Ctx() { request, jobs }: JobContext,
    ): Promise<JobObject | null> {
      const job = await jobs.find(request, id);
      return job === null ? null : jobs.toObject(job);
    }

    @RequiresScopes(mayRead)
    @Query(() => JobConnection, {
      name: `${of}Jobs`,
      description: `Jobs of ${of} of the last 30 days, newest first.`,
    })
    async many(
      @Arg("kind", () => String, { nullable: true, description: "Only jobs of this kind." })
      kind: string | null | undefined,
      @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
      first: number,
      @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
      after: string | null | undefined,
      @Ctx() { request, jobs }: JobContext,
    ): Promise<Connection<JobObject>> {
      const page = { first: pageSize(first), after };
      const found = await jobs.page(request, kind ?? undefined, page);
      const items = found.map((job) => jobs.toObject(job));
      return toConnection(items, { ...page, cursorOf: jobCursor });
    }

    @RequiresScopes(mayCancel)
    @Mutation(() => JobObject, {
      name: `cancel${of[0]?.toUpperCase()}${of.slice(1)}Job`,
      description: `Ends a job of ${of}. One that runs is CANCELLED within two seconds; one that has finished stays as it is. NOT_FOUND when there is none.`,
    })
    cancel(
      @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
      @Ctx() { request, jobs }: JobContext,
    ): Promise<JobObject> {
      return jobs.cancel(request, id);
    }

    @RequiresScopes(mayRead)
    @Subscription(() => JobObject, {
      name: `${of}JobUpdated`,
      description: `A job of ${of} now and after each change, about twice a second at most; it ends with the job. NOT_FOUND when there is none.`,
      subscribe: ({ args, context: { request, jobs } }: WatchRequest) =>
        jobs.watch(request, args.id ?? ""),
    })
    updated(
      @Arg("id", () => ID, { description: "UUID of the job." }) _id: string,
      @Root() job: Job,
      @Ctx() { jobs }: JobContext,
    ): JobObject {
      return jobs.toObject(job);
    }
  }
  return JobResolver;
}
