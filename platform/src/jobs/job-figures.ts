import { Counter, Histogram, type Registry } from "prom-client";
import type { JobState } from "./job-table.ts";

/** How a run ended: with its job, or so that the job runs again. */
export type RunOutcome = JobState | "POSTPONED" | "RELEASED";

/** The figures of jobs at /metrics. */
export class JobFigures {
  readonly #runs: Counter;
  readonly #seconds: Histogram;

  constructor(registry: Registry) {
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
  }

  ended(kind: string, outcome: RunOutcome, seconds: number): void {
    this.#runs.inc({ kind, outcome });
    this.#seconds.observe({ kind }, seconds);
  }
}
