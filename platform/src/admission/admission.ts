import { AppError } from "@allfunds/contract/errors";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";
import { ConcurrencyLimit, type LimitBounds } from "./concurrency-limit.ts";
import { CpuWait } from "./cpu-wait.ts";
import { FairShares, type Refusal, type Requester } from "./fair-shares.ts";

export { EDGE_BOUNDS } from "./concurrency-limit.ts";

const WINDOW_MS = 250;
const LOOP_RESOLUTION_MS = 10;
/** More change a median little. */
const MOST_TIMES = 1_000;
const MOST_CREDENTIALS = 10_000;
const LOG_EVERY_MS = 10_000;

/** Refused requests come again at different times. */
const RETRY_SECONDS = [1, 2, 3];

const refusalsFor = (sentence: string): readonly AppError[] =>
  RETRY_SECONDS.map((retryAfterSeconds) => {
    return new AppError("OVERLOADED", sentence, { retryAfterSeconds });
  });

/** Made once: a crowd is refused thousands of times a second, and an error records where it was made. */
const REFUSALS: Readonly<Record<Refusal, readonly AppError[]>> = {
  limit: refusalsFor("The service has more work than it can do. Try again shortly."),
  share: refusalsFor("This client has more requests under way than its share of a busy service."),
};

/**
 * How a request that was admitted has ended. The time of one that was `done` is a measure of the load, and so is it
 * that a service refused it because of overload; one that lasts as its client likes is none.
 */
export type Ending = "done" | "refused ahead" | "untimed";
export type Leave = (ending?: Ending) => void;

/** Takes a line of the log, with figures. */
interface AdmissionLogger {
  readonly warn: (figures: object, line: string) => void;
}

/**
 * Admits requests before any work is done for them: as many as the server is found to work off in time, shared
 * fairly between tenants and their clients. It holds for any kind of server.
 */
export class Admission {
  readonly #limit: ConcurrencyLimit;
  readonly #shares = new FairShares();
  readonly #cpuWait = new CpuWait();
  readonly #identified = new Map<string, Requester>();
  readonly #logger: AdmissionLogger;
  readonly #refusals: Counter<"reason">;
  #timesMs: number[] = [];
  #refusedAhead = 0;
  #arrived = 0;
  #observedMs = performance.now();
  #refused = 0;
  #loggedMs = -Infinity;

  constructor(bounds: LimitBounds, registry: Registry, logger: AdmissionLogger) {
    this.#limit = new ConcurrencyLimit(bounds);
    this.#logger = logger;
    this.#refusals = new Counter({
      name: "http_requests_refused_total",
      help: "Requests refused because of overload; reason: limit (of the server), share (of the client)",
      labelNames: ["reason"],
      registers: [registry],
    });
    for (const reason of ["limit", "share"]) this.#refusals.inc({ reason }, 0);
    const gauges: [name: string, help: string, read: () => number][] = [
      ["http_requests_in_flight", "Requests under way", () => this.#shares.running],
      [
        "http_requests_limit",
        "Most requests under way at the same time, as measured",
        () => this.#limit.value,
      ],
    ];
    for (const [name, help, read] of gauges) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: () => gauge.set(read()),
      });
    }
  }

  /** Counts a request in and returns how to count it out, once, when its answer ends; or OVERLOADED, to refuse it. */
  enter(requester: Requester): Leave | AppError {
    const begunMs = performance.now();
    this.#arrived += 1;
    const refusal = this.#shares.enter(requester, this.#limit.value, begunMs);
    if (refusal !== undefined) return this.#refuse(refusal, begunMs);
    return (ending = "done") => {
      const endedMs = performance.now();
      this.#shares.leave(requester, endedMs);
      if (ending === "refused ahead") this.#refusedAhead += 1;
      if (ending === "done" && this.#timesMs.length < MOST_TIMES)
        this.#timesMs.push(endedMs - begunMs);
    };
  }

  /** Counts later requests with the same credential to its caller, now that it was verified. */
  identified(credential: string, find: () => Requester): void {
    if (this.#identified.has(credential)) return;
    if (this.#identified.size >= MOST_CREDENTIALS) this.#identified.clear();
    this.#identified.set(credential, find());
  }

  /** Whose credential it is, once that was verified. */
  identifiedBy(credential: string | undefined): Requester | undefined {
    return credential === undefined ? undefined : this.#identified.get(credential);
  }

  /** Whose request it is: of the credential once that was verified, else of the address among all without a tenant. */
  requesterOf(credential: string | undefined, address: string): Requester {
    return this.identifiedBy(credential) ?? { tenant: "", client: address };
  }

  /** Measures until the returned function is called. */
  start(): () => void {
    const delays = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
    delays.enable();
    this.#observedMs = performance.now();
    let before = performance.eventLoopUtilization();
    const timer = setInterval(() => {
      const now = performance.eventLoopUtilization();
      this.#observe(delays, performance.eventLoopUtilization(now, before).utilization);
      before = now;
    }, WINDOW_MS).unref();
    return () => {
      clearInterval(timer);
      delays.disable();
    };
  }

  #observe(delays: ReturnType<typeof monitorEventLoopDelay>, utilization: number): void {
    const loopDelayMs = delays.percentile(50) / 1e6 - LOOP_RESOLUTION_MS;
    const nowMs = performance.now();
    const lastsMs = nowMs - this.#observedMs;
    this.#limit.observe({
      lastsMs,
      utilization,
      cpuWait: this.#cpuWait.take() / lastsMs,
      loopDelayMs,
      timesMs: this.#timesMs,
      arrived: this.#arrived,
      refusedAhead: this.#refusedAhead,
    });
    this.#observedMs = nowMs;
    this.#timesMs = [];
    this.#refusedAhead = 0;
    this.#arrived = 0;
    delays.reset();
  }

  #refuse(reason: Refusal, nowMs: number): AppError {
    this.#refusals.inc({ reason });
    this.#refused += 1;
    if (nowMs - this.#loggedMs > LOG_EVERY_MS) {
      this.#loggedMs = nowMs;
      const figures = { refused: this.#refused, limit: this.#limit.value };
      this.#logger.warn(figures, "overloaded: requests are refused");
    }
    const kinds = REFUSALS[reason];
    const drawn = kinds[Math.floor(Math.random() * kinds.length)] ?? kinds[0];
    if (drawn === undefined) throw new Error(`no refusal for ${reason}`);
    return drawn;
  }
}
