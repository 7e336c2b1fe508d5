import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Counter, type Registry } from "prom-client";
import { NO_TENANT_ID, type RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { addGauge } from "../telemetry/gauges.ts";
import { ConcurrencyLimit, type LimitBounds } from "./concurrency-limit.ts";
import { FairShares, type Refusal, type Requester } from "./fair-shares.ts";

const WINDOW_MS = 250;
const LOOP_RESOLUTION_MS = 10;
/** More change a median little. */
const MOST_TIMES = 1_000;
const MOST_TOKENS = 10_000;
/** The end of a token is its signature, which cannot be guessed. */
const TOKEN_TAIL = 64;
const LOG_EVERY_MS = 10_000;

/** Refused requests come again at different times. */
const RETRY_SECONDS = { least: 1, most: 3 };

const SENTENCES: Readonly<Record<Refusal, string>> = {
  limit: "The service has more work than it can do. Try again shortly.",
  share: "This client has more requests under way than its share of a busy service.",
};

/**
 * Admits requests before any work is done for them: as many as the server is found to work off in time, shared
 * fairly between tenants and their clients. Others are refused with OVERLOADED.
 */
export class Admission {
  readonly #limit: ConcurrencyLimit;
  readonly #shares = new FairShares();
  readonly #identified = new Map<string, Requester>();
  readonly #logger: Logger;
  readonly #refusals: Counter<"reason">;
  #timesMs: number[] = [];
  #refused = 0;
  #loggedMs = -Infinity;

  constructor(bounds: LimitBounds, registry: Registry, logger: Logger) {
    this.#limit = new ConcurrencyLimit(bounds);
    this.#logger = logger;
    this.#refusals = new Counter({
      name: "http_requests_refused_total",
      help: "Requests refused because of overload; reason: limit (of the server), share (of the client)",
      labelNames: ["reason"],
      registers: [registry],
    });
    for (const reason of ["limit", "share"]) this.#refusals.inc({ reason }, 0);
    addGauge(registry, "http_requests_in_flight", "Requests under way", () => this.#shares.running);
    addGauge(
      registry,
      "http_requests_limit",
      "Most requests under way at the same time, as measured",
      () => this.#limit.value,
    );
  }

  /** Admits the request of a new exchange or throws OVERLOADED; its place is free when its answer ends. */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    const requester = this.#requesterOf(request);
    const begunMs = performance.now();
    const refusal = this.#shares.enter(requester, this.#limit.value, begunMs);
    if (refusal !== undefined) throw this.#refuse(refusal, begunMs);
    if (isStream(request)) return this.#shares.leave(requester);
    reply.raw.once("close", () => {
      this.#shares.leave(requester);
      if (this.#timesMs.length < MOST_TIMES) this.#timesMs.push(performance.now() - begunMs);
    });
  }

  /** Counts later requests with the same token to its caller, now that it was verified. */
  identified({ headers: { authorization } }: FastifyRequest, context: RequestContext): void {
    if (authorization === undefined || context.tenantId === NO_TENANT_ID) return;
    const key = authorization.slice(-TOKEN_TAIL);
    if (this.#identified.has(key)) return;
    if (this.#identified.size >= MOST_TOKENS) this.#identified.clear();
    this.#identified.set(key, { tenant: context.tenantId, client: context.actor });
  }

  /** Measures until the returned function is called. */
  start(): () => void {
    const delays = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
    delays.enable();
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
    this.#limit.observe({ utilization, loopDelayMs, timesMs: this.#timesMs });
    this.#timesMs = [];
    delays.reset();
  }

  #requesterOf({ headers: { authorization }, ip }: FastifyRequest): Requester {
    const known =
      authorization === undefined
        ? undefined
        : this.#identified.get(authorization.slice(-TOKEN_TAIL));
    return known ?? { tenant: NO_TENANT_ID, client: ip };
  }

  #refuse(reason: Refusal, nowMs: number): AppError {
    this.#refusals.inc({ reason });
    this.#refused += 1;
    if (nowMs - this.#loggedMs > LOG_EVERY_MS) {
      this.#loggedMs = nowMs;
      const figures = { refused: this.#refused, limit: this.#limit.value };
      this.#logger.warn(figures, "overloaded: requests are refused");
    }
    const { least, most } = RETRY_SECONDS;
    const retryAfterSeconds = least + Math.floor(Math.random() * (most - least + 1));
    return new AppError("OVERLOADED", SENTENCES[reason], { retryAfterSeconds });
  }
}

/** An event stream lasts as long as its client likes, and is no work meanwhile. */
const isStream = ({ headers: { accept = "" } }: FastifyRequest): boolean =>
  accept.includes("text/event-stream") || accept.includes("multipart/mixed");

const isProbe = (url: string): boolean => url.startsWith("/health/") || url === "/metrics";

/** Has a server admit each request before its token is verified and its body read. Probes are always served. */
export function admitRequests(app: FastifyInstance, admission: Admission): void {
  let stop: (() => void) | undefined;
  app.addHook("onReady", async () => {
    stop = admission.start();
  });
  app.addHook("onClose", async () => stop?.());
  app.addHook("onRequest", (request, reply, done) => {
    try {
      if (!isProbe(request.url)) admission.admit(request, reply);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}
