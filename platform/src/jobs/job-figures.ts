import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Pool } from "../database/pool.ts";
import type { JobState } from "./job-table.ts";
import { FAILED_KEY, REMOVE_TASK, taskOf } from "./request-job.ts";

/** How a run ended: with its job, or so that the job runs again. */
export type RunOutcome = JobState | "POSTPONED" | "RELEASED";

/** The figures of jobs at /metrics. */
export class JobFigures {
  readonly #runs: Counter;
  readonly #seconds: Histogram;

  constructor(registry: Registry, kinds: readonly string[]) {
    const registers = [registry];
    this.#runs = new Counter({
      name: "job_runs_total",
      help: "Runs of jobs that ended, by kind and outcome",
      labelNames: ["kind", "outcome"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "job_run_seconds",
      help: "Time of one run of a job, in seconds",
      labelNames: ["kind"],
      buckets: [0.05, 0.25, 1, 5, 30, 120, 600],
      registers,
    });
    // A rate begins with the second sample: without a first one of zero, the first failure is in none.
    for (const kind of kinds) {
      for (const outcome of ["SUCCEEDED", "FAILED"]) this.#runs.inc({ kind, outcome }, 0);
      this.#seconds.zero({ kind });
    }
  }

  ended(kind: string, outcome: RunOutcome, seconds: number): void {
    this.#runs.inc({ kind, outcome });
    this.#seconds.observe({ kind }, seconds);
  }
}

// An entry without attempts left runs no more: its process ended with it each time.
const READ_ENTRIES = `
  SELECT CASE WHEN key LIKE '${FAILED_KEY}%' THEN split_part(key, '/', 2)
      ELSE substr(task_identifier, ${taskOf("").length + 1}) END AS kind,
    CASE WHEN key LIKE '${FAILED_KEY}%' OR attempts >= max_attempts THEN 'failed'
      WHEN locked_at IS NOT NULL THEN 'running'
      WHEN run_at > now() THEN 'delayed' ELSE 'waiting' END AS state,
    count(*)::integer AS n
  FROM graphile_worker.jobs
  WHERE task_identifier <> '${REMOVE_TASK}' OR key LIKE '${FAILED_KEY}%'
  GROUP BY 1, 2`;

const READ_AGAIN_MS = 5_000;

/**
 * Shows the queue of all tenants: jobs that wait, are delayed, run, and have failed in the last 30 days. Read in the
 * background, so that a database which hangs does not hang /metrics.
 */
export function watchQueue(registry: Registry, pool: Pool, kinds: readonly string[]): void {
  let readAt = -Infinity;
  const gauge: Gauge = new Gauge({
    name: "job_queue_jobs",
    help: "Jobs of all tenants in the queue, by kind and state; failed: of the last 30 days, unless redriven",
    labelNames: ["kind", "state"],
    registers: [registry],
    collect: () => {
      if (performance.now() - readAt < READ_AGAIN_MS) return;
      readAt = performance.now();
      void readEntries(pool, gauge, kinds).catch(() => gauge.reset());
    },
  });
}

const SHOWN_WHEN_EMPTY = ["waiting", "failed"];

async function readEntries(pool: Pool, gauge: Gauge, kinds: readonly string[]): Promise<void> {
  const { rows } = await pool.query<{ kind: string; state: string; n: number }>(READ_ENTRIES);
  gauge.reset();
  for (const kind of kinds) for (const state of SHOWN_WHEN_EMPTY) gauge.set({ kind, state }, 0);
  for (const { kind, state, n } of rows) gauge.set({ kind, state }, n);
}
