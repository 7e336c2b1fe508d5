import { runMigrations } from "graphile-worker";
import type { Registry } from "prom-client";
import type { RequestContext } from "../context.ts";
import type { Pool } from "../database/pool.ts";
import type { Logger } from "../logging.ts";
import { JobFigures, watchQueue } from "./job-figures.ts";
import type { JobKind } from "./job-kind.ts";
import { JobQueues } from "./job-queue.ts";
import type { Job } from "./job-table.ts";
import { JobWorker, queueLogger } from "./job-worker.ts";
import {
  cancelJob,
  requestJob,
  type Cancellation,
  type JobRequest,
  type RequestedJob,
} from "./request-job.ts";

export interface JobsOptions {
  /** A pool for jobs alone, with at least four connections more than `concurrency`. Its owner ends it. */
  readonly pool: Pool;
  readonly logger: Logger;
  readonly kinds: readonly JobKind[];
  /** Most jobs that this instance runs at a time. */
  readonly concurrency?: number;
  /** Most waiting and running jobs per tenant. */
  readonly maxUnfinished?: number;
  /** How often a run stores its progress and checks for cancellation, in milliseconds. */
  readonly tickMs?: number;
  /** How often a worker looks for jobs whose time has come, in milliseconds. */
  readonly pollMs?: number;
  /** Where the figures of runs are collected. */
  readonly registry?: Registry | undefined;
}

const CONCURRENCY = 2;
const MAX_UNFINISHED = 10;
const TICK_MS = 1_000;
const POLL_MS = 2_000;
const RESTART_MS = 1_000;

/**
 * Work that outlives its request. Each job is stored, and one instance at a time runs it. When the instance
 * dies, another runs the job again. Finished jobs are kept for 30 days.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #figures: JobFigures | undefined;
  readonly #stopping = new AbortController();
  #installed: Promise<void> | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: JobsOptions) {
    this.#options = options;
    const { registry } = options;
    const names = options.kinds.map(({ name }) => name);
    this.#figures = registry === undefined ? undefined : new JobFigures(registry, names);
    if (registry !== undefined) watchQueue(registry, options.pool, names);
  }

  /** Stores a job; throws RATE_LIMITED when its tenant has too many unfinished jobs. */
  async request(context: RequestContext, request: JobRequest): Promise<RequestedJob> {
    const { pool, kinds, maxUnfinished = MAX_UNFINISHED } = this.#options;
    const kind = kinds.find(({ name }) => name === request.kind);
    if (kind === undefined) throw new Error(`no job kind is named ${request.kind}`);
    if (request.delegation !== undefined && kind.actsForRequester !== true) {
      throw new Error(`jobs of kind ${kind.name} are not declared to act for their requester`);
    }
    await this.install();
    return requestJob(pool, context, request, kind, maxUnfinished);
  }

  /** Cancels a job; a running one ends soon. Throws NOT_FOUND when it does not exist. */
  async cancel(tenantId: string, job: Cancellation): Promise<Job> {
    await this.install();
    return cancelJob(this.#options.pool, tenantId, job);
  }

  /** The queues, as administrators see and steer them. */
  get queues(): JobQueues {
    const { pool, kinds } = this.#options;
    return new JobQueues(pool, kinds, () => this.install());
  }

  /** Starts running jobs; it recovers from database outages until it is stopped. */
  start(): void {
    this.#working = this.#work();
  }

  /** Stops and releases the running jobs, so that they run again after a restart or elsewhere. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { pool, logger, kinds, concurrency = CONCURRENCY } = this.#options;
    const { tickMs = TICK_MS, pollMs = POLL_MS } = this.#options;
    const figures = this.#figures;
    const { signal } = this.#stopping;
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    while (!signal.aborted) {
      try {
        await this.install();
        const worker = await JobWorker.start({
          pool,
          logger,
          kinds,
          concurrency,
          tickMs,
          pollMs,
          figures,
        });
        const failure = await Promise.race([worker.ended(), stopped]);
        await worker.stop(signal.aborted ? "STOPPING" : "LOST");
        if (!signal.aborted) logger.warn({ err: failure }, "job session lost: reconnecting");
      } catch (error) {
        logger.warn({ err: error }, "jobs cannot run: retrying");
      }
      await Promise.race([stopped, delay(RESTART_MS)]);
    }
  }

  /** Creates the queue's tables, in their own schema, unless they are there. */
  install(): Promise<void> {
    const { pool, logger } = this.#options;
    this.#installed ??= installQueue(pool, logger).catch((error: unknown) => {
      this.#installed = undefined;
      throw error;
    });
    return this.#installed;
  }
}

/** What requests do with jobs. */
export type JobPort = Pick<Jobs, "request" | "cancel">;

/** Creates the queue's tables, in their own schema, or brings them up to date. */
export const installQueue = (pool: Pool, logger: Logger): Promise<void> =>
  runMigrations({ pgPool: pool, logger: queueLogger(logger) });

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
