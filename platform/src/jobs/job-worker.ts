import { EventEmitter } from "node:events";
import { Logger as QueueLogger, run, type Runner, type Task } from "graphile-worker";
import type { Pool } from "../database/pool.ts";
import type { Logger } from "../logging.ts";
import type { JobFigures } from "./job-figures.ts";
import type { JobKind } from "./job-kind.ts";
import { removeJob, REMOVE_TASK, taskOf, type QueuedJob } from "./request-job.ts";
import { RunEnded, runJob, type EndReason } from "./run-job.ts";
import { WorkerSession } from "./worker-session.ts";

export interface WorkerOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly kinds: readonly JobKind[];
  /** Most jobs that run at a time. */
  readonly concurrency: number;
  readonly tickMs: number;
  readonly pollMs: number;
  readonly figures?: JobFigures | undefined;
}

const UNLOCK_EVERY_MS = 2_000;
const SESSION_TIMEOUT_MS = 5_000;
const STOP_MS = 3_000;

/**
 * Runs jobs from the queue until its session is lost or it is stopped. A worker is not reused: its owner
 * then creates a new one with a new name.
 */
export class JobWorker {
  readonly #options: WorkerOptions;
  readonly #session: WorkerSession;
  readonly #runs = new Map<AbortController, Promise<void>>();
  readonly #shown = Promise.withResolvers<void>();
  #runner: Runner | undefined;
  #name = "";
  #ending: EndReason | undefined;

  private constructor(options: WorkerOptions, session: WorkerSession) {
    this.#options = options;
    this.#session = session;
    this.#shown.promise.catch(() => undefined);
  }

  static async start(options: WorkerOptions): Promise<JobWorker> {
    const worker = new JobWorker(options, await WorkerSession.open(options.pool));
    try {
      await worker.#start();
      return worker;
    } catch (error) {
      await worker.stop("LOST");
      throw error;
    }
  }

  /** Resolves with the reason when the worker can no longer run jobs. */
  async ended(): Promise<unknown> {
    const lost = Promise.withResolvers<unknown>();
    const { lost: signal } = this.#session;
    if (signal.aborted) return signal.reason;
    signal.addEventListener("abort", () => lost.resolve(signal.reason), { once: true });
    const ended = this.#runner?.promise.then(
      () => new Error("the queue's worker ended"),
      (error: unknown) => error,
    );
    return Promise.race([lost.promise, ended, this.#unlockDeadWorkers()]);
  }

  /** Aborts the running jobs, so that another worker runs them again; resolves when none runs here. */
  async stop(reason: EndReason): Promise<void> {
    this.#ending = reason;
    this.#shown.reject(new RunEnded(reason));
    for (const controller of this.#runs.keys()) controller.abort(new RunEnded(reason));
    const stopped = this.#runner?.stop().catch((error: unknown) => {
      this.#options.logger.warn({ err: error }, "the queue's worker did not stop cleanly");
    });
    await Promise.allSettled(this.#runs.values());
    // Without a connection the library keeps trying to store outcomes, which are no longer needed.
    if (reason === "STOPPING") await Promise.race([stopped, delay(STOP_MS)]);
    this.#session.close();
  }

  async #start(): Promise<void> {
    const { pool, logger, kinds, concurrency, pollMs } = this.#options;
    const events = new EventEmitter();
    events.once("pool:create", ({ workerPool }: { workerPool: { id: string } }) => {
      this.#name = workerPool.id;
    });
    const tasks = kinds.map((kind): [string, Task] => [
      taskOf(kind.name),
      (queued, { job }) => this.#onTask(kind, queued as QueuedJob, job.attempts),
    ]);
    const remove: Task = (queued) => removeJob(pool, queued as QueuedJob);
    this.#runner = await run({
      pgPool: pool,
      concurrency,
      pollInterval: pollMs,
      events,
      logger: queueLogger(logger),
      noHandleSignals: true,
      parsedCronItems: [],
      taskList: Object.fromEntries([...tasks, [REMOVE_TASK, remove]]),
      // Only in batches does the library retry outcomes and wait for them at its end. Otherwise a lost
      // connection causes an unhandled rejection, which ends the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    this.#runner.promise.catch(() => undefined);
    if (this.#name === "") throw new Error("the queue's worker has no name");
    await this.#session.showWorker(this.#name);
    this.#shown.resolve();
  }

  async #onTask(kind: JobKind, queued: QueuedJob, attempts: number): Promise<void> {
    await this.#shown.promise;
    if (this.#ending !== undefined) throw new RunEnded(this.#ending);
    const controller = new AbortController();
    const running = this.#run(kind, queued, controller);
    this.#runs.set(controller, running);
    try {
      await running;
    } catch (error) {
      const { jobId } = queued;
      this.#options.logger.debug({ err: error, jobId, attempts }, "job returned to the queue");
      throw error;
    } finally {
      this.#runs.delete(controller);
    }
  }

  async #run(kind: JobKind, queued: QueuedJob, controller: AbortController): Promise<void> {
    const { pool, logger, tickMs, figures } = this.#options;
    if (!(await this.#session.takeJob(queued.jobId))) {
      throw new Error("another run of the job has not ended");
    }
    try {
      await runJob({ pool, logger, kind, tickMs, figures }, queued, controller);
    } finally {
      await this.#session.leaveJob(queued.jobId).catch(() => undefined);
    }
  }

  /** Unlocks jobs of dead workers; resolves with the error when this worker's own session fails. */
  async #unlockDeadWorkers(): Promise<unknown> {
    const { logger } = this.#options;
    while (this.#ending === undefined) {
      try {
        const dead = await Promise.race([this.#session.unlockDead(this.#name), tooLate()]);
        if (dead > 0) logger.warn({ workers: dead }, "jobs of dead workers run again");
      } catch (error) {
        return error;
      }
      await delay(UNLOCK_EVERY_MS);
    }
    return undefined;
  }
}

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

/** Limits the wait, because the system reports a dead connection late. */
async function tooLate(): Promise<never> {
  await delay(SESSION_TIMEOUT_MS);
  throw new Error("the session of the job worker does not respond");
}

/** Logs the library's messages at lower levels, because `runJob` logs the jobs itself. */
export const queueLogger = (logger: Logger): QueueLogger =>
  new QueueLogger(() => (level, message, meta) => {
    const error = meta?.["error"];
    const fields = error === undefined ? {} : { err: error };
    if (level === "warning") logger.warn(fields, message);
    // The library reports a job that returns to the queue as an error; here it is normal.
    else if (level === "error" && meta?.["failure"] !== true) logger.warn(fields, message);
    else logger.debug(fields, message);
  });
