import type { RunningSystem } from "../e2e/running-system.ts";

const EVERY_MS = 1_000;
const PORTS = { "rest-bridge": 8000, gateway: 4000 } as const;
export type Recorded = keyof typeof PORTS;

/** What a service's `/metrics` had at a time. */
export interface Sample {
  readonly service: Recorded;
  readonly atMs: number;
  /** Most requests that it then worked on at the same time, and how many those were. */
  readonly limit: number;
  readonly inFlight: number;
  readonly refused: number;
}

/** Reads the Prometheus figures of the services at the edge once a second. */
export class LoadRecord {
  readonly series: Sample[] = [];
  readonly #system: RunningSystem;
  #timer: NodeJS.Timeout | undefined;
  #startMs = 0;

  constructor(system: RunningSystem) {
    this.#system = system;
  }

  start(): void {
    this.#startMs = performance.now();
    this.#timer = setInterval(() => {
      for (const service of Object.keys(PORTS) as Recorded[])
        void this.#sample(service).catch(() => undefined);
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sample(service: Recorded): Promise<void> {
    const atMs = performance.now() - this.#startMs;
    const answer = await fetch(this.#system.url(PORTS[service], "/metrics"));
    const text = await answer.text();
    this.series.push({
      service,
      atMs,
      limit: sumOf(text, "http_requests_limit"),
      inFlight: sumOf(text, "http_requests_in_flight"),
      refused: sumOf(text, "http_requests_refused_total"),
    });
  }
}

/** The sum of a metric over its labels, in Prometheus' text format. */
export function sumOf(text: string, metric: string): number {
  const lines = text.matchAll(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, "gm"));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}
