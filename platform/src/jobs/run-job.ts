import { runInContext, type RequestContext } from "../context.ts";
import { isConnectionFailure } from "../database/connection-failure.ts";
import { withTransaction, type Pool } from "../database/pool.ts";
import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";
import { inSpan } from "../telemetry/tracing.ts";
import type { JobFigures, RunOutcome } from "./job-figures.ts";
import { Postponed, type JobKind } from "./job-kind.ts";
import type { JobState } from "./job-table.ts";
import { enqueueJob, removeLater, type QueuedJob } from "./request-job.ts";

/** Why a run is ended early. */
export type EndReason = "CANCELLED" | "STOPPING" | "LOST";

/** Aborts a run; the reason decides the next state of its job. */
export class RunEnded extends Error {
  readonly reason: EndReason;

  constructor(reason: EndReason) {
    super(`the run of a job was ended: ${reason}`);
    this.name = "RunEnded";
    this.reason = reason;
  }
}

// Limits the runs, because a job may crash its process every time.
const MAX_RUNS = 10;

// Later writes match the number of the run, so those of an earlier run find no row.
const BEGIN = `
  UPDATE job SET state = 'RUNNING', runs = runs + 1, started_at = coalesce(started_at, now())
  WHERE tenant_id = $1 AND id = $2 AND finished_at IS NULL
  RETURNING payload, delegation, requested_by, trace_id, runs, runs_before, done, total, cancel_requested_at IS NOT NULL AS cancelled`;

interface Begun {
  readonly payload: unknown;
  readonly delegation: string | null;
  readonly requested_by: string;
  readonly trace_id: string;
  readonly runs: number;
  readonly runs_before: number;
  readonly done: string;
  readonly total: string;
  readonly cancelled: boolean;
}

export interface RunParts {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly kind: JobKind;
  /** How often the run stores its progress and checks for cancellation, in milliseconds. */
  readonly tickMs: number;
  readonly figures?: JobFigures | undefined;
}

/**
 * Runs a job and stores its outcome. Throws when the job has to run again: after a lost connection, or
 * because this instance stops.
 */
export async function runJob(
  { pool, logger, kind, tickMs, figures }: RunParts,
  { tenantId, jobId }: QueuedJob,
  controller: AbortController,
): Promise<void> {
  const begun = await withTransaction(pool, { tenantId }, async (client) => {
    const { rows } = await client.query<Begun>(BEGIN, [tenantId, jobId]);
    return rows[0];
  });
  // It has finished, or it was cancelled while it waited.
  if (begun === undefined) return;
  const context: RequestContext = {
    tenantId,
    actor: begun.requested_by,
    scopes: [],
    traceId: begun.trace_id,
    now: new Date(),
    idempotencyKey: undefined,
  };
  const attributes = { "job.id": jobId, "job.run": begun.runs };
  const bound = logger.child({ jobId, kind: kind.name, tenantId });
  const run = new Run({ pool, logger: bound, kind, tickMs }, begun, context, jobId, controller);
  const startedAt = performance.now();
  try {
    await inSpan(`job ${kind.name}`, { parent: spanOfRequest(context), attributes }, () =>
      runInContext(context, () => run.execute()),
    );
  } finally {
    figures?.ended(kind.name, run.outcome, (performance.now() - startedAt) / 1_000);
  }
}

/** A job stores the trace of its request, not the span, which has ended long before. */
const spanOfRequest = ({ traceId }: RequestContext): string =>
  `00-${traceId}-${traceId.slice(16)}-01`;

interface Report {
  readonly done: number;
  readonly total: number;
  readonly result?: unknown;
}

const CHECK = `
  SELECT cancel_requested_at IS NOT NULL AS cancelled FROM job
  WHERE tenant_id = $1 AND id = $2 AND runs = $3 AND state = 'RUNNING'`;

const STORE = `
  UPDATE job SET done = $4, total = $5, result = coalesce($6::jsonb, result)
  WHERE tenant_id = $1 AND id = $2 AND runs = $3 AND state = 'RUNNING'
  RETURNING cancel_requested_at IS NOT NULL AS cancelled`;

const FINISH = `
  UPDATE job SET state = $4, result = coalesce($5::jsonb, result), error_code = $6, error_message = $7,
    done = $8, total = $9, finished_at = now(), delegation = NULL
  WHERE tenant_id = $1 AND id = $2 AND runs = $3 AND state = 'RUNNING'`;

const RELEASE = `
  UPDATE job SET state = 'WAITING'
  WHERE tenant_id = $1 AND id = $2 AND runs = $3 AND state = 'RUNNING'`;

const POSTPONE = `
  UPDATE job SET state = 'WAITING', runs_before = runs, done = $4, total = $5, result = coalesce($6::jsonb, result)
  WHERE tenant_id = $1 AND id = $2 AND runs = $3 AND state = 'RUNNING' AND cancel_requested_at IS NULL`;

class Run {
  readonly #parts: RunParts;
  readonly #begun: Begun;
  readonly #context: RequestContext;
  readonly #controller: AbortController;
  readonly #key: readonly [tenantId: string, jobId: string, run: number];
  /** RELEASED while nothing else is known: the job then runs again. */
  outcome: RunOutcome = "RELEASED";
  #newest: Report;
  #stored: Report;

  constructor(
    parts: RunParts,
    begun: Begun,
    context: RequestContext,
    jobId: string,
    controller: AbortController,
  ) {
    this.#parts = parts;
    this.#begun = begun;
    this.#context = context;
    this.#controller = controller;
    this.#key = [context.tenantId, jobId, begun.runs];
    // The progress of an earlier run stays until this run reports.
    this.#newest = { done: Number(begun.done), total: Number(begun.total) };
    this.#stored = this.#newest;
  }

  async execute(): Promise<void> {
    const { logger, kind } = this.#parts;
    if (this.#begun.cancelled) return this.#finish("CANCELLED");
    if (this.#begun.runs - this.#begun.runs_before > MAX_RUNS) {
      logger.error("job failed: too many runs");
      const message = `The job was run ${MAX_RUNS} times and never finished.`;
      return this.#finish("FAILED", { code: "INTERNAL_ERROR", message });
    }
    logger.info({ run: this.#begun.runs }, "job started");
    const ticking = this.#tick();
    const { signal } = this.#controller;
    let result: unknown;
    try {
      signal.throwIfAborted();
      result = await kind.run({
        payload: this.#begun.payload,
        delegation: this.#begun.delegation ?? undefined,
        context: this.#context,
        signal,
        logger,
        report: (progress) => {
          this.#newest = { result: this.#newest.result, ...progress };
        },
      });
    } catch (error) {
      return await this.#onFailure(error);
    } finally {
      ticking.stop();
      await ticking.stopped;
    }
    this.#newest = { ...this.#newest, done: this.#newest.total, result };
    logger.info("job succeeded");
    return this.#finish("SUCCEEDED");
  }

  async #onFailure(error: unknown): Promise<void> {
    const { logger } = this.#parts;
    const reason: unknown = this.#controller.signal.reason;
    // After an abort, any error of the run is a consequence of the abort.
    if (reason instanceof RunEnded) {
      if (reason.reason === "CANCELLED") {
        logger.info("job cancelled");
        return this.#finish("CANCELLED");
      }
      logger.info({ reason: reason.reason }, "job released");
      await this.#release();
      throw reason;
    }
    if (error instanceof Postponed) return this.#postpone(error);
    if (isConnectionFailure(error)) {
      logger.warn({ err: error }, "job lost its connection and will run again");
      await this.#release();
      throw error;
    }
    if (error instanceof AppError) {
      logger.warn({ err: error }, "job failed");
      return this.#finish("FAILED", { code: error.code, message: error.message });
    }
    logger.error({ err: error }, "job failed");
    const message = "Something went wrong. The details are in the service's log.";
    return this.#finish("FAILED", { code: "INTERNAL_ERROR", message });
  }

  async #finish(
    state: JobState,
    error?: { readonly code: ErrorCode; readonly message: string },
  ): Promise<void> {
    this.outcome = state;
    const [tenantId, jobId] = this.#key;
    const { done, total, result } = this.#newest;
    const values = [
      state,
      jsonOf(result),
      error?.code ?? null,
      error?.message ?? null,
      done,
      total,
    ];
    await withTransaction(this.#parts.pool, { tenantId }, async (client) => {
      const { rowCount } = await client.query(FINISH, [...this.#key, ...values]);
      const failedKind = state === "FAILED" ? this.#parts.kind.name : undefined;
      if (rowCount === 1) await removeLater(client, tenantId, jobId, failedKind);
      else this.#parts.logger.warn("outcome discarded: a newer run has replaced this one");
    });
  }

  /** Shows the job as waiting and queues it for later; one that is to be cancelled ends now. */
  async #postpone({ message, afterMs }: Postponed): Promise<void> {
    const { pool, logger, kind } = this.#parts;
    const [tenantId, jobId] = this.#key;
    const { done, total, result } = this.#newest;
    const isQueued = await withTransaction(pool, { tenantId }, async (client) => {
      const values = [...this.#key, done, total, jsonOf(result)];
      const { rowCount } = await client.query(POSTPONE, values);
      if (rowCount === 1) await enqueueJob(client, kind, { tenantId, jobId }, afterMs);
      return rowCount === 1;
    });
    if (!isQueued) return this.#finish("CANCELLED");
    this.outcome = "POSTPONED";
    logger.info({ reason: message, afterMs }, "job postponed");
  }

  /** Shows the job as waiting again; the next run does not depend on it. */
  async #release(): Promise<void> {
    const [tenantId] = this.#key;
    await withTransaction(this.#parts.pool, { tenantId }, (client) =>
      client.query(RELEASE, [...this.#key]),
    ).catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, "could not mark a released job as waiting");
    });
  }

  #tick(): { stop(): void; readonly stopped: Promise<void> } {
    const { logger, tickMs } = this.#parts;
    const wake = Promise.withResolvers<void>();
    let isOver = false;
    const loop = async (): Promise<void> => {
      for (;;) {
        await Promise.race([wake.promise, delay(tickMs)]);
        if (isOver) return;
        try {
          await this.#storeAndCheck();
        } catch (error) {
          logger.debug({ err: error }, "could not store the progress of a job");
        }
      }
    };
    const stop = (): void => {
      isOver = true;
      wake.resolve();
    };
    return { stop, stopped: loop() };
  }

  async #storeAndCheck(): Promise<void> {
    const [tenantId] = this.#key;
    const report = this.#newest;
    const isNew = report !== this.#stored;
    const { rows } = await withTransaction(this.#parts.pool, { tenantId }, (client) =>
      isNew
        ? client.query<{ cancelled: boolean }>(STORE, [
            ...this.#key,
            report.done,
            report.total,
            jsonOf(report.result),
          ])
        : client.query<{ cancelled: boolean }>(CHECK, [...this.#key]),
    );
    this.#stored = report;
    const [row] = rows;
    if (row === undefined) this.#controller.abort(new RunEnded("LOST"));
    else if (row.cancelled) this.#controller.abort(new RunEnded("CANCELLED"));
  }
}

const jsonOf = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value);

const delay = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
