import { addGauge } from "@allfunds/platform/telemetry";
import { Counter, Histogram, type Registry } from "prom-client";

export interface PoolGauges {
  readonly waiting: () => number;
  readonly running: () => number;
  readonly threads: () => number;
  readonly cacheBytes: () => number;
}

/** How a call came to its result: from the cache, with equal work under way, or by work of its own. */
export type Found = "cached" | "shared" | "new";

export type Outcome = "done" | "failed" | "aborted";

/** The figures of a compute pool at /metrics. */
export class PoolFigures {
  readonly #requests: Counter;
  readonly #outcomes: Counter;
  readonly #seconds: Histogram;

  constructor(registry: Registry, gauges: PoolGauges) {
    const registers = [registry];
    addGauge(registry, "compute_waiting_tasks", "Tasks that wait for a thread", gauges.waiting);
    addGauge(registry, "compute_running_tasks", "Tasks that threads are busy with", gauges.running);
    addGauge(registry, "compute_threads", "Threads that exist", gauges.threads);
    addGauge(registry, "compute_cache_bytes", "Memory of cached results", gauges.cacheBytes);
    this.#requests = new Counter({
      name: "compute_requests_total",
      help: "Requested computations, by how their result was found: cached, shared or new",
      labelNames: ["task", "found"],
      registers,
    });
    this.#outcomes = new Counter({
      name: "compute_tasks_total",
      help: "Tasks that ended, by outcome: done, failed or aborted",
      labelNames: ["task", "outcome"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "compute_task_seconds",
      help: "Time that a thread was busy with a task, in seconds",
      labelNames: ["task"],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    });
  }

  requested(task: string, found: Found): void {
    this.#requests.inc({ task, found });
  }

  ended(task: string, outcome: Outcome): void {
    this.#outcomes.inc({ task, outcome });
  }

  /** Starts measuring a task; the returned function ends it. */
  measure(task: string): () => void {
    return this.#seconds.startTimer({ task });
  }
}
