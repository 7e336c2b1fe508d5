import { isIPv6, type LookupFunction } from "node:net";
import { Pool } from "undici";
import { connectFresh, currentMesh } from "../mesh/mesh.ts";
import { addressName, hostOf, type UpstreamAddress } from "./addresses.ts";
import {
  asFailure,
  type ByteCount,
  type EndpointAnswer,
  EndpointFailure,
  Exchange,
} from "./exchange.ts";

/** Certificates in PEM: the authority of the upstream, and what this service shows of itself. */
export interface UpstreamTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** When an endpoint is used and when it is left alone; all times in milliseconds. */
export interface EndpointPolicy {
  /** The most requests under way at one endpoint. */
  readonly maxInFlight: number;
  /** The longest answer in bytes. */
  readonly maxAnswerBytes: number;
  /** An endpoint that answers neither requests nor a probe for so long is taken for dead. */
  readonly silenceLimitMs: number;
  /** How often an endpoint that is left alone is probed. */
  readonly probeEveryMs: number;
  /** How often an endpoint without requests is probed. */
  readonly idleProbeEveryMs: number;
  /** Failures in a row after which an endpoint is left alone. */
  readonly maxFailures: number;
  readonly tls?: UpstreamTls | undefined;
  /** Speaks HTTP/2: as both sides agree with TLS, by prior knowledge without it. HTTP/1.1 when absent. */
  readonly http2?: boolean | undefined;
}

export interface EndpointRequest {
  readonly method: "GET" | "POST";
  /** Follows the path of the address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

const HTTP2 = { allowH2: true, useH2c: true };

/** An endpoint that answers nothing gets no more requests than this, or than come in one burst. */
const MAX_UNANSWERED = 10;
const BURST_MS = 100;
const CONNECT_TIMEOUT_MS = 2_000;
/** The longest pause within an answer. */
const BODY_PAUSE_MS = 2_000;
/** Answers up to this length are not counted with those that are read at the same time. */
const SMALL_BYTES = 256 * 1024;
const LONGEST_TOGETHER = 4;
/** The longest answer to a probe. */
export const MAX_PROBE_BYTES = 64 * 1024;
/** Connections beyond those of requests, so that probes find one. */
const SPARE_CONNECTIONS = 8;

type ConnectOptions = { lookup?: LookupFunction; socketPath?: string } & UpstreamTls;

/** What to present to a service of the mesh. */
const meshCredentials = (host: string) => currentMesh()?.credentialsFor(host);

/** An exchange that is about to be sent, and what to call once its answer was read. */
interface Begun {
  readonly exchange: Exchange;
  readonly read: () => void;
}

/** Throws when the endpoint does not answer as it should. */
export type Probe = (endpoint: Endpoint, signal: AbortSignal) => Promise<void>;

/** `closed`: used. `open`: left alone and probed. `trial`: it answered a probe, and no request since. */
export type EndpointState = "closed" | "open" | "trial";

/**
 * One process that answers, with its circuit breaker. The breaker goes by the monotonic clock, and its trials
 * are probes: no client waits for one.
 */
export class Endpoint {
  readonly name: string;
  readonly address: UpstreamAddress;
  inFlight = 0;
  /** Subscriptions at it, counted by who opens its sockets. */
  sockets = 0;
  /** Whether it has answered yet. */
  isKnown = false;
  readonly #policy: EndpointPolicy;
  readonly #pool: Pool;
  readonly #probe: Probe;
  /** Called when requests may be sent that could not before, or when it is left alone. */
  readonly #onChange: () => void;
  readonly #onState: (state: EndpointState) => void;
  readonly #underWay = new Set<{ readonly exchange: Exchange; readonly may: () => boolean }>();
  #state: EndpointState = "closed";
  #failures = 0;
  #unanswered = 0;
  /** When it last answered, or got its first request after a pause. */
  #answeredAt = performance.now();
  #probedAt = 0;
  #probes = 0;
  #trialAt = 0;
  #restsUntil = 0;
  #readingBytes = 0;

  constructor(
    address: UpstreamAddress,
    policy: EndpointPolicy,
    probe: Probe,
    onChange: () => void,
    onState: (state: EndpointState) => void,
  ) {
    this.#onChange = onChange;
    this.#onState = onState;
    this.address = address;
    this.name = addressName(address);
    this.#policy = policy;
    this.#probe = probe;
    this.#pool = new Pool(address.origin, {
      connections: policy.maxInFlight + SPARE_CONNECTIONS,
      // The request's signal and the probes end it.
      headersTimeout: 0,
      bodyTimeout: BODY_PAUSE_MS,
      connect: connectFresh(meshCredentials, {
        timeout: CONNECT_TIMEOUT_MS,
        ...this.#plainOptions(),
        ...(policy.http2 === true ? HTTP2 : {}),
      }),
    });
  }

  get state(): EndpointState {
    return this.#state;
  }

  /** Whether it requested not to be called for a while. */
  get isResting(): boolean {
    return this.#restsUntil > performance.now();
  }

  /** How sockets of other protocols reach the same endpoint now; certificates change. */
  connectOptions(): ConnectOptions {
    return { ...this.#plainOptions(), ...meshCredentials(hostOf(this.address)) };
  }

  #plainOptions(): ConnectOptions {
    const { ip, socketPath } = this.address;
    return {
      ...this.#policy.tls,
      ...(ip === undefined ? {} : { lookup: lookupOf(ip) }),
      ...(socketPath === undefined ? {} : { socketPath }),
    };
  }

  /** Whether a request may be sent now, of `performance.now()`. */
  admits(now: number): boolean {
    if (this.#state === "open" || this.inFlight >= this.#policy.maxInFlight) return false;
    if (this.#state === "trial") return now - this.#trialAt >= this.#policy.probeEveryMs;
    return !this.#isHeldBack(now);
  }

  /** Whether it can be expected to take a request soon: also while the request that tries it is under way. */
  isExpected(now: number): boolean {
    if (this.#state !== "trial") return this.#state === "closed";
    return this.inFlight === 0 || now - this.#trialAt < this.#policy.probeEveryMs;
  }

  /** Takes a place for a request. `send` gives it back. */
  reserve(now: number): void {
    if (this.inFlight === 0) this.#answeredAt = now;
    this.inFlight += 1;
    this.#unanswered += 1;
    this.#trialAt = now;
  }

  #isHeldBack(now: number): boolean {
    return this.#unanswered >= MAX_UNANSWERED && now - this.#answeredAt >= BURST_MS;
  }

  /**
   * Sends a request in a reserved place. Throws an EndpointFailure, or the reason of the request's signal.
   * It ends when the endpoint is taken for dead, if it then may.
   */
  async send(request: EndpointRequest, mayEnd: () => boolean): Promise<EndpointAnswer> {
    const { signal } = request;
    const begun = this.#begin(this.#policy.maxAnswerBytes);
    const { exchange } = begun;
    const forward = (): void => exchange.abort(signal.reason);
    const underWay = { exchange, may: mayEnd };
    const startedAt = performance.now();
    signal.addEventListener("abort", forward);
    this.#underWay.add(underWay);
    try {
      signal.throwIfAborted();
      const answer = await this.#dispatch(begun, request);
      this.#noteAnswer();
      return answer;
    } catch (error) {
      if (signal.aborted) {
        this.#left(signal.reason, startedAt);
        throw signal.reason as Error;
      }
      const failure = asFailure(error);
      this.fault(failure);
      throw failure;
    } finally {
      signal.removeEventListener("abort", forward);
      this.#underWay.delete(underWay);
      this.inFlight -= 1;
      this.#onChange();
    }
  }

  /** Sends a request without a place, as probes do; `maxBytes` is the longest answer. */
  async exchange(request: EndpointRequest, maxBytes: number): Promise<EndpointAnswer> {
    const begun = this.#begin(maxBytes);
    const { signal } = request;
    const forward = (): void => begun.exchange.abort(signal.reason);
    signal.addEventListener("abort", forward);
    try {
      signal.throwIfAborted();
      return await this.#dispatch(begun, request);
    } finally {
      signal.removeEventListener("abort", forward);
    }
  }

  /** An exchange whose answer may be large; all of them together may take as much as four of the longest. */
  #begin(maxBytes: number): Begun {
    const maxTogether = LONGEST_TOGETHER * this.#policy.maxAnswerBytes;
    let bytes = 0;
    const count: ByteCount = (more) => {
      bytes += more;
      this.#readingBytes += more;
      if (bytes > maxBytes || this.#readingBytes > maxTogether)
        throw new EndpointFailure("oversized", "the answer is too long");
    };
    const smallBytes = Math.min(SMALL_BYTES, maxBytes);
    return {
      exchange: new Exchange((headers) =>
        Number(headers["content-length"]) <= smallBytes ? undefined : count,
      ),
      read: () => (this.#readingBytes -= bytes),
    };
  }

  async #dispatch(
    { exchange, read }: Begun,
    { method, path, headers, body }: EndpointRequest,
  ): Promise<EndpointAnswer> {
    const target = this.address.pathname + path || "/";
    this.#pool.dispatch({ method, path: target, headers, body: body ?? null }, exchange);
    try {
      return await exchange.answer;
    } finally {
      read();
    }
  }

  /** Counts an answer that proves that the endpoint works. */
  succeeded(): void {
    this.#failures = 0;
    if (this.#state === "trial") this.#become("closed");
  }

  /** Counts a failure of the endpoint; too many in a row, and it is left alone. */
  fault(reason: Error): void {
    const isSilent = reason instanceof EndpointFailure && reason.kind === "silent";
    if (isSilent || this.#state === "open") return;
    this.#failures += 1;
    if (this.#state === "trial" || this.#failures >= this.#policy.maxFailures) this.#open();
  }

  /** Does not call it for a while when another endpoint can answer. */
  rest(forMs: number): void {
    this.#restsUntil = performance.now() + forMs;
  }

  /** Probes the endpoint when it is left alone, or has been silent for too long. */
  watch(now: number): void {
    const { silenceLimitMs, probeEveryMs, idleProbeEveryMs } = this.#policy;
    if (this.#state === "open") {
      // Also beside a probe that hangs, which would delay the return of a service that answers again.
      if (now - this.#probedAt >= probeEveryMs) void this.#runProbe(now);
      return;
    }
    if (this.#probes > 0) return;
    const silentMs = now - this.#answeredAt;
    const longestMs = this.inFlight > 0 ? silenceLimitMs / 4 : idleProbeEveryMs;
    if (!this.isKnown || silentMs >= longestMs || this.#isHeldBack(now)) void this.#runProbe(now);
  }

  async #runProbe(now: number): Promise<void> {
    this.#probes += 1;
    this.#probedAt = now;
    const limitMs = (this.#policy.silenceLimitMs * 3) / 4;
    const isAlive = await isDoneWithin(limitMs, async (signal) => this.#probe(this, signal));
    this.#probes -= 1;
    if (!isAlive) {
      // A request or a later probe may have been answered meanwhile.
      if (this.#state !== "open" && this.#answeredAt < now) this.#fallSilent();
      return;
    }
    this.#noteAnswer();
    if (this.#state === "open") this.#become("trial");
    this.#onChange();
  }

  #fallSilent(): void {
    this.#open();
    const reason = new EndpointFailure("silent", `${this.name} does not answer`);
    for (const { exchange, may } of this.#underWay) if (may()) exchange.abort(reason);
  }

  /** A request that waited long and in vain is a failure, but not one that its client gave up. */
  #left(reason: unknown, startedAt: number): void {
    const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
    if (isTimeout && performance.now() - startedAt >= this.#policy.silenceLimitMs)
      this.fault(reason);
  }

  #noteAnswer(): void {
    this.isKnown = true;
    this.#answeredAt = performance.now();
    this.#unanswered = 0;
  }

  #open(): void {
    this.#failures = 0;
    this.#probedAt = performance.now();
    this.#become("open");
  }

  #become(state: EndpointState): void {
    if (state === "trial") this.#trialAt = 0;
    this.#state = state;
    this.#onState(state);
    this.#onChange();
  }

  /** Closes each connection once its request has ended. */
  retire(): void {
    this.#pool.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/**
 * Whether work succeeds in time. A limit that fires late proves nothing, because this process itself was held up:
 * the work then gets it once more.
 */
async function isDoneWithin(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = (isLast: boolean): void => {
    const due = performance.now() + limitMs;
    timer = setTimeout(() => {
      if (!isLast && performance.now() - due > limitMs / 4) start(true);
      else end.abort(new Error("no answer in time"));
    }, limitMs).unref();
  };
  start(false);
  try {
    await work(end.signal);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

const lookupOf =
  (ip: string): LookupFunction =>
  (_host, options, callback) => {
    const family = isIPv6(ip) ? 6 : 4;
    if (options.all === true) callback(null, [{ address: ip, family }]);
    else callback(null, ip, family);
  };
