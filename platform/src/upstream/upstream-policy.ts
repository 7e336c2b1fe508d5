import type { EndpointPolicy } from "./endpoint.ts";

/** How an upstream is called; all times in milliseconds. */
export interface UpstreamPolicy extends EndpointPolicy {
  /** The most requests that wait for a place at an endpoint. */
  readonly maxWaiting: number;
  /** Requests sent again for each request, at most, beside a reserve of `retryReserve`. */
  readonly retryShare: number;
  readonly retryReserve: number;
  /** A read without an answer is sent to a second endpoint after this time; never when absent. */
  readonly hedgeAfterMs?: number | undefined;
  /**
   * How long a change waits while no endpoint answers: its sender waits for much longer, and a service that was
   * held up is mostly back by then. Reads do not wait, because an answer can do without one of them.
   */
  readonly changePatienceMs: number;
  /** How often the names of hosts are looked up again. */
  readonly refreshEveryMs: number;
}

export const STANDARD_UPSTREAM_POLICY: UpstreamPolicy = {
  maxInFlight: 128,
  maxWaiting: 1_000,
  maxAnswerBytes: 64 * 1024 * 1024,
  silenceLimitMs: 1_700,
  probeEveryMs: 500,
  idleProbeEveryMs: 5_000,
  maxFailures: 5,
  retryShare: 0.2,
  retryReserve: 100,
  changePatienceMs: 4_000,
  refreshEveryMs: 5_000,
};
