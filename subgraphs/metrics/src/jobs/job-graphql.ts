import type { RequestContext } from "@allfunds/platform/context";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  CursorScalar,
  pageSize,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { jobCursor, type Job } from "@allfunds/platform/jobs";
import { JobObject } from "@allfunds/platform/jobs/graphql";
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from "type-graphql";
import type { MetricsJobs } from "./metrics-jobs.ts";

/** What a resolver receives that has to do with jobs. */
export interface JobContext {
  readonly request: RequestContext;
  readonly jobs: MetricsJobs;
}

const JobConnection = connectionType("Job", JobObject);

interface WatchRequest {
  readonly args: { readonly id?: string };
  readonly context: JobContext;
}

@Resolver()
export class MetricsJobResolver {
  @RequiresScopes("metrics:read")
  @Query(() => JobObject, {
    nullable: true,
    description: "A job of metrics, such as a simulation; null when there is none.",
  })
  async metricsJob(
    @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
    @Ctx() { request, jobs }: JobContext,
  ): Promise<JobObject | null> {
    const job = await jobs.find(request, id);
    return job === null ? null : jobs.toObject(job);
  }

  @RequiresScopes("metrics:read")
  @Query(() => JobConnection, { description: "Jobs of metrics of the last 30 days, newest first." })
  async metricsJobs(
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

  @RequiresScopes("metrics:write")
  @Mutation(() => JobObject, {
    description:
      "Ends a job of metrics. One that runs is CANCELLED within two seconds; one that has finished stays as it is. NOT_FOUND when there is none.",
  })
  cancelMetricsJob(
    @Arg("id", () => ID, { description: "UUID of the job." }) id: string,
    @Ctx() { request, jobs }: JobContext,
  ): Promise<JobObject> {
    return jobs.cancel(request, id);
  }

  @RequiresScopes("metrics:read")
  @Subscription(() => JobObject, {
    description:
      "A job of metrics now and after each change, about twice a second at most; it ends with the job. NOT_FOUND when there is none.",
    subscribe: ({ args, context: { request, jobs } }: WatchRequest) =>
      jobs.watch(request, args.id ?? ""),
  })
  metricsJobUpdated(
    @Arg("id", () => ID, { description: "UUID of the job." }) _id: string,
    @Root() job: Job,
    @Ctx() { jobs }: JobContext,
  ): JobObject {
    return jobs.toObject(job);
  }
}
