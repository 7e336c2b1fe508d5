import { AppError } from "@allfunds/contract/errors";
import type { RequestContext } from "../context.ts";
import { grantsOf } from "@allfunds/contract/caller";
import type { GrantedReads, TenantReads } from "../tenancy/tenant-pool.ts";
import type { JobObject } from "./job-graphql.ts";
import type { JobKind } from "./job-kind.ts";
import type { Job } from "./job-table.ts";
import type { JobUpdates } from "./job-updates.ts";
import type { JobWatch } from "./job-watch.ts";
import type { JobQueues } from "./job-queue.ts";
import type { Jobs } from "./jobs.ts";
import { readJob, readJobPage } from "./read-jobs.ts";
import type { JobRequest } from "./request-job.ts";

/** A kind of job of a subgraph: its work, and what clients see of it. */
export interface ShownJobKind {
  readonly kind: JobKind;
  /** An instance of the kind's object type; `replayed` when an earlier request with the same key made the job. */
  readonly toObject: (job: Job, replayed: boolean) => JobObject;
}

export interface TenantJobsParts {
  readonly jobs: Jobs;
  readonly reads: GrantedReads;
  readonly watch: JobWatch;
  readonly kinds: readonly ShownJobKind[];
}

/** The jobs of a subgraph, as one caller may see and change them. */
export class TenantJobs {
  readonly #parts: TenantJobsParts;

  constructor(parts: TenantJobsParts) {
    this.#parts = parts;
  }

  /** The queues, as administrators see and steer them. */
  get queues(): JobQueues {
    return this.#parts.jobs.queues;
  }

  /** Stores a job. Throws RATE_LIMITED when the tenant has too many unfinished, IDEMPOTENCY_CONFLICT for a key of another request. */
  async request(context: RequestContext, request: JobRequest): Promise<JobObject> {
    const { job, replayed } = await this.#parts.jobs.request(context, request);
    return this.toObject(job, replayed);
  }

  /** A job; null when there is none or the caller may not see it. */
  async find(context: RequestContext, id: string): Promise<Job | null> {
    const { tenantId, actor } = context;
    const seen = await readJob(this.#readsOf(context), { tenantId }, id);
    if (seen !== undefined) return seen;
    // A job of no book is hidden from who sees some books only, except from who requested it.
    const own = await readJob(this.#parts.reads, { tenantId }, id);
    return own?.bookId === null && own.requestedBy === actor ? own : null;
  }

  /** Up to `first + 1` jobs, newest first. */
  page(
    context: RequestContext,
    kind: string | undefined,
    page: { readonly first: number; readonly after: string | null | undefined },
  ): Promise<Job[]> {
    const { tenantId } = context;
    return readJobPage(this.#readsOf(context), { tenantId, kind }, page);
  }

  /** Ends a job. Throws NOT_FOUND when there is none that the caller may see. */
  async cancel(context: RequestContext, id: string): Promise<JobObject> {
    await this.#require(context, id);
    const once = context.unchanged !== undefined;
    return this.toObject(await this.#parts.jobs.cancel(context.tenantId, { id, once }));
  }

  /** The job now and after each change, until it has finished; NOT_FOUND when there is none. */
  async watch(context: RequestContext, id: string): Promise<JobUpdates> {
    return this.#parts.watch.watch(context.tenantId, await this.#require(context, id));
  }

  toObject(job: Job, replayed = false): JobObject {
    const found = this.#parts.kinds.find(({ kind }) => kind.name === job.kind);
    if (found === undefined) throw new Error(`no job kind is named ${job.kind}`);
    return found.toObject(job, replayed);
  }

  async #require(context: RequestContext, id: string): Promise<Job> {
    const job = await this.find(context, id);
    if (job !== null) return job;
    throw new AppError("NOT_FOUND", `There is no job ${id.slice(0, 80)}.`);
  }

  #readsOf(context: RequestContext): TenantReads {
    return this.#parts.reads.seeing(grantsOf(context));
  }
}
