import { runMigrations } from "graphile-worker";
import type { RequestContext } from "../context.ts";
import type { Pool } from "../database/pool.ts";
import type { Logger } from "../logging.ts";
import type { JobKind } from "./job-kind.ts";
import type { Job } from "./job-table.ts";
import { JobWorker, queueLogger } from "./job-worker.ts";
import { cancelJob, requestJob, type JobRequest, type RequestedJob } from "./request-job.ts";

export interface JobsOptions {
  /** Connections of the jobs' own, at least four more than run at a time. Its owner ends it. */
  readonly pool: Pool;
  readonly logger: Logger;
  readonly kinds: readonly JobKind[];
  /** Jobs that this instance runs at a time. */
  readonly concurrency?: number;
  /** Most jobs of a tenant that wait or run. */
  readonly maxUnfinished?: number;
  /** How often progress is stored and a request to cancel is looked for. */
  readonly tickMs?: number;
}

const CONCURRENCY = 2;
const MAX_UNFINISHED = 10;
const TICK_MS = 1_000;
const RESTART_MS = 1_000;

/**
 * Work that outlives the request that asked for it. Each job is stored, is run by one instance at a time,
 * and is begun again elsewhere when its instance is gone. Finished jobs are kept for 30 days.
 */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #stopping = new AbortController();
  #installed: Promise<void> | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  /** Stores a job; RATE_LIMITED when its tenant has too many that are not finished. */
  async request(context: RequestContext, request: JobRequest): Promise<RequestedJob> {
    const { pool, kinds, maxUnfinished = MAX_UNFINISHED } = this.#options;
    if (!kinds.some(({ name }) => name === request.kind)) {
      throw new Error(`there are no jobs of the kind ${request.kind}`);
    }
    await this.#install();
    return requestJob(pool, context, request, maxUnfinished);
  }

  /** Asks for the end of a job; a running one ends soon. NOT_FOUND when there is none. */
  async cancel(tenantId: string, id: string): Promise<Job> {
    await this.#install();
    return cancelJob(this.#options.pool, tenantId, id);
  }

  /** Begins to run jobs, and goes on through outages of the database until it is stopped. */
  start(): void {
    this.#working = this.#work();
  }

  /** What runs is released, to be begun again after the restart or by another instance. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { pool, logger, kinds, concurrency = CONCURRENCY, tickMs = TICK_MS } = this.#options;
    const { signal } = this.#stopping;
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    while (!signal.aborted) {
      try {
        await this.#install();
        const worker = await JobWorker.start({ pool, logger, kinds, concurrency, tickMs });
        const failure = await Promise.race([worker.over(), stopped]);
        await worker.stop(signal.aborted ? "STOPPING" : "LOST");
        if (!signal.aborted) logger.warn({ err: failure }, "jobs lost their session");
      } catch (error) {
        logger.warn({ err: error }, "jobs cannot run now");
      }
      await Promise.race([stopped, delay(RESTART_MS)]);
    }
  }

  /** The queue's own tables, in a schema of their own. */
  #install(): Promise<void> {
    this.#installed ??= runMigrations({
      pgPool: this.#options.pool,
      logger: queueLogger(this.#options.logger),
    }).catch((error: unknown) => {
      this.#installed = undefined;
      throw error;
    });
    return this.#installed;
  }
}

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
