import { setTimeout } from "node:timers/promises";
import { currentMesh } from "../mesh/mesh.ts";
import { settleAll } from "../settle-all.ts";
import {
  addressName,
  hasName,
  hostOf,
  parseAddresses,
  resolveAddresses,
  type UpstreamAddress,
} from "./addresses.ts";
import { Endpoint, MAX_PROBE_BYTES, type EndpointRequest, type EndpointState } from "./endpoint.ts";
import { type EndpointAnswer, EndpointFailure, type FailureKind } from "./exchange.ts";
import { STANDARD_UPSTREAM_POLICY, type UpstreamPolicy } from "./upstream-policy.ts";
import { noneAnswers, WaitingRequests } from "./waiting-requests.ts";

export interface UpstreamRequest extends EndpointRequest {
  /** Whether the request may be sent again after one that may have been carried out. */
  readonly isRepeatable: boolean;
  /** Whether it only reads, and so may end at any time. */
  readonly isRead: boolean;
}

export interface UpstreamAnswer extends EndpointAnswer {
  /** Counts the answer as a failure of its endpoint, which its reader found it to be. */
  readonly reject: (reason: Error) => void;
}

/** What an upstream is, besides its addresses. */
export interface UpstreamKind {
  /** The smallest request, whose answer shows that an endpoint works. */
  readonly probe: Omit<EndpointRequest, "signal">;
  /** Whether an answer comes from the upstream itself, and not from a proxy before it. */
  readonly isAnswer: (answer: EndpointAnswer) => boolean;
}

/** What came of an attempt: an answer, a 503, a page that is no answer, a failure, or an end by the caller. */
type AttemptOutcome = "answered" | "busy" | "invalid" | "ended" | FailureKind;

/** Observes what an upstream does. */
export interface UpstreamObserver {
  readonly attempted: (outcome: AttemptOutcome, durationMs: number) => void;
  readonly repeated: () => void;
  /** The circuit breaker of an endpoint has opened, goes on trial, or has closed. */
  readonly changed: (endpoint: string, state: EndpointState) => void;
}

/** What an upstream does now. */
export interface UpstreamReport {
  readonly waiting: number;
  readonly endpoints: readonly {
    readonly name: string;
    readonly state: EndpointState;
    readonly inFlight: number;
    readonly sockets: number;
    /** Whether it has answered yet. */
    readonly isKnown: boolean;
  }[];
}

const TICK_MS = 50;
/** Before a request is sent again to a service that refused it without a statement of when to come again. */
const PAUSE_MS = 1_000;
const MAX_ATTEMPTS = 3;

/**
 * The endpoints of one service: a request goes to the one with the fewest under way, waits in a bounded queue
 * when none has a place, and is sent again elsewhere when that is safe.
 */
export class Upstream {
  readonly #addresses: readonly UpstreamAddress[];
  readonly #policy: UpstreamPolicy;
  readonly #kind: UpstreamKind;
  readonly #observer: UpstreamObserver | undefined;
  readonly #waiting: WaitingRequests;
  readonly #timer: NodeJS.Timeout;
  #endpoints: readonly Endpoint[];
  #refreshedAt = 0;
  #retryTokens: number;
  #isClosed = false;

  /** Throws a TypeError when `list` has something that is no address. */
  constructor(
    list: string,
    kind: UpstreamKind,
    policy = STANDARD_UPSTREAM_POLICY,
    observer?: UpstreamObserver,
  ) {
    this.#observer = observer;
    this.#addresses = parseAddresses(list);
    this.#policy = withMeshPolicy(policy, this.#addresses);
    this.#kind = kind;
    this.#retryTokens = this.#policy.retryReserve;
    this.#waiting = new WaitingRequests(this.#policy.maxWaiting, {
      reserve: (tried) => this.#reserve(tried),
      isExpected: (now) => this.#endpoints.some((endpoint) => endpoint.isExpected(now)),
    });
    this.#endpoints = this.#addresses.map((address) => this.#endpointAt(address));
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
    void this.#refresh();
  }

  get report(): UpstreamReport {
    return {
      waiting: this.#waiting.size,
      endpoints: this.#endpoints.map(({ name, state, inFlight, sockets, isKnown }) => ({
        name,
        state,
        inFlight,
        sockets,
        isKnown,
      })),
    };
  }

  /**
   * The endpoint for one more socket, the one with the fewest, besides those that were tried. Throws NoEndpoint
   * when none can be called.
   */
  endpointForSocket(tried: ReadonlySet<Endpoint>): Endpoint {
    const [endpoint] = this.#endpoints
      .filter((one) => one.state !== "open" && !tried.has(one))
      .toSorted((one, other) => one.sockets - other.sockets);
    if (endpoint === undefined) throw noneAnswers();
    return endpoint;
  }

  /**
   * Sends a request. Throws NoEndpoint when none can be called, an EndpointFailure when the last one that
   * was called gave no answer, or the reason of the request's signal.
   */
  async request(request: UpstreamRequest): Promise<UpstreamAnswer> {
    const { retryShare, retryReserve } = this.#policy;
    this.#retryTokens = Math.min(this.#retryTokens + retryShare, retryReserve);
    const tried = new Set<Endpoint>();
    for (let attempt = 1; ; attempt += 1) {
      const endpoint = await this.#acquire(tried, request);
      const isFirst = !tried.has(endpoint);
      tried.add(endpoint);
      const outcome = await this.#attemptHedged(endpoint, request, tried);
      if (outcome.isFinal || attempt === MAX_ATTEMPTS || !this.#takeRetry(outcome, tried, isFirst))
        return outcome.result();
      if (outcome.mayRepeatThere === true && !this.#hasOther(tried))
        await pause(PAUSE_MS, request.signal);
    }
  }

  /** One attempt, and a second at another endpoint when a read has no answer after a while. */
  async #attemptHedged(
    endpoint: Endpoint,
    request: UpstreamRequest,
    tried: Set<Endpoint>,
  ): Promise<Outcome> {
    const { hedgeAfterMs } = this.#policy;
    if (hedgeAfterMs === undefined || !request.isRead) return this.#attempt(endpoint, request);
    const decided = new AbortController();
    const signal = AbortSignal.any([request.signal, decided.signal]);
    const first = this.#attempt(endpoint, { ...request, signal });
    const isAnswered = first.then(
      () => true,
      () => true,
    );
    const isLate = setTimeout(hedgeAfterMs, false, { signal });
    isLate.catch(() => undefined);
    const other = (await Promise.race([isAnswered, isLate]))
      ? undefined
      : this.#reserveHedge(tried);
    try {
      if (other === undefined) return await first;
      tried.add(other);
      return await firstFinal([first, this.#attempt(other, { ...request, signal })]);
    } finally {
      decided.abort();
    }
  }

  #reserveHedge(tried: ReadonlySet<Endpoint>): Endpoint | undefined {
    if (!this.#hasOther(tried) || !this.#takeRetryToken()) return undefined;
    return this.#reserve(tried);
  }

  async #attempt(endpoint: Endpoint, request: UpstreamRequest): Promise<Outcome> {
    const endsWhenSilent = (): boolean =>
      request.isRead || (request.isRepeatable && this.#hasOther(new Set([endpoint])));
    const startedAt = performance.now();
    const note = (outcome: AttemptOutcome): void =>
      this.#observer?.attempted(outcome, performance.now() - startedAt);
    try {
      const answer = await endpoint.send(request, endsWhenSilent);
      const result = (): UpstreamAnswer => ({ ...answer, reject: onlyOnce(endpoint) });
      if (answer.status === 503) {
        note("busy");
        const statedMs = statedPauseOf(answer);
        endpoint.rest(statedMs ?? PAUSE_MS);
        // Where its load is, more requests would only add to it: its caller gets the refusal at once.
        const mayRepeatThere = statedMs === undefined;
        return { isFinal: !request.isRepeatable, result, mayRepeatThere };
      }
      if (this.#kind.isAnswer(answer)) {
        note("answered");
        endpoint.succeeded();
        return { isFinal: true, result };
      }
      note("invalid");
      endpoint.fault(new Error(`answered ${answer.status} with what is no answer of the service`));
      return { isFinal: !request.isRepeatable, result };
    } catch (error) {
      note(error instanceof EndpointFailure ? error.kind : "ended");
      if (!(error instanceof EndpointFailure)) throw error;
      return {
        isFinal: !isSafeToRepeat(error, request),
        kind: error.kind,
        result: () => {
          throw error;
        },
      };
    }
  }

  /** Whether a request may be sent again now; what was sent before counts against the share of retries. */
  #takeRetry(
    { kind, mayRepeatThere }: Outcome,
    tried: ReadonlySet<Endpoint>,
    isFirst: boolean,
  ): boolean {
    const hasOther = this.#hasOther(tried);
    // A restart of the only endpoint breaks kept-alive connections, and a new one may be accepted already.
    const isOnSame = (kind === "lost" && isFirst) || mayRepeatThere === true;
    if (!hasOther && !isOnSame) return false;
    return kind === "unsent" || this.#takeRetryToken();
  }

  #takeRetryToken(): boolean {
    if (this.#retryTokens < 1) return false;
    this.#retryTokens -= 1;
    this.#observer?.repeated();
    return true;
  }

  #hasOther(tried: ReadonlySet<Endpoint>): boolean {
    return this.#endpoints.some((endpoint) => endpoint.state !== "open" && !tried.has(endpoint));
  }

  /** Reserves a place at an endpoint that was not tried, if there is one; waits in the queue for it. */
  async #acquire(
    tried: ReadonlySet<Endpoint>,
    { signal, isRead }: UpstreamRequest,
  ): Promise<Endpoint> {
    const chosen = this.#reserve(tried);
    if (chosen !== undefined) return chosen;
    return this.#waiting.wait(tried, isRead ? 0 : this.#policy.changePatienceMs, signal);
  }

  #reserve(tried: ReadonlySet<Endpoint>): Endpoint | undefined {
    const now = performance.now();
    const isNew = (one: Endpoint): boolean => one.state !== "open" && !tried.has(one);
    // A request waits for another endpoint rather than going to the same again.
    const hasNew = this.#endpoints.some(isNew);
    let least: Endpoint | undefined;
    let leastLoad = Infinity;
    for (const endpoint of this.#endpoints) {
      const load = loadOf(endpoint);
      if (load >= leastLoad || !endpoint.admits(now) || (hasNew && !isNew(endpoint))) continue;
      least = endpoint;
      leastLoad = load;
    }
    least?.reserve(now);
    return least;
  }

  #tick(): void {
    const now = performance.now();
    for (const endpoint of this.#endpoints) endpoint.watch(now);
    this.#waiting.drain();
    if (now - this.#refreshedAt >= this.#policy.refreshEveryMs) void this.#refresh();
  }

  /** Looks the names of hosts up, and lets go of the endpoints that are no longer among them. */
  async #refresh(): Promise<void> {
    this.#refreshedAt = performance.now();
    if (!this.#addresses.some(hasName)) return;
    const known = new Map(this.#endpoints.map((endpoint) => [endpoint.name, endpoint]));
    const addresses = await resolveAddresses(
      this.#addresses,
      this.#endpoints.map(({ address }) => address),
    );
    if (this.#isClosed) return;
    this.#endpoints = addresses.map(
      (address) => known.get(addressName(address)) ?? this.#endpointAt(address),
    );
    const kept = new Set(this.#endpoints);
    for (const endpoint of known.values()) if (!kept.has(endpoint)) endpoint.retire();
    this.#waiting.drain();
  }

  #endpointAt(address: UpstreamAddress): Endpoint {
    const { probe, isAnswer } = this.#kind;
    return new Endpoint(
      address,
      this.#policy,
      async (endpoint, signal) => {
        const answer = await endpoint.exchange({ ...probe, signal }, MAX_PROBE_BYTES);
        // Who refuses a probe without credentials is there.
        const isRefusal = answer.status >= 400 && answer.status < 500;
        if (!isRefusal && !isAnswer(answer)) throw new Error(`answered ${answer.status}`);
      },
      () => this.#waiting.drain(),
      (state) => this.#observer?.changed(addressName(address), state),
    );
  }

  #endWatching(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#waiting.end();
  }

  /** Ends the watching, refuses what waits, and lets the requests under way end. */
  retire(): void {
    this.#endWatching();
    for (const endpoint of this.#endpoints) endpoint.retire();
  }

  /** Ends the watching and every request. */
  async close(): Promise<void> {
    this.#endWatching();
    await settleAll(this.#endpoints.map((endpoint) => endpoint.close()));
  }
}

/** The policy of the mesh for a service goes before that of its caller. */
function withMeshPolicy(
  policy: UpstreamPolicy,
  [first]: readonly UpstreamAddress[],
): UpstreamPolicy {
  const stated = first === undefined ? undefined : currentMesh()?.callsTo(hostOf(first));
  return { ...policy, ...stated };
}

/** Waits. Throws the reason of the signal. */
async function pause(forMs: number, signal: AbortSignal): Promise<void> {
  await setTimeout(forMs, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

/** The first outcome that is final; the last one when none is. */
async function firstFinal([one, other]: readonly [Promise<Outcome>, Promise<Outcome>]) {
  const both = Promise.all([one, other]);
  both.catch(() => undefined);
  const early = await Promise.race([one, other]);
  if (early.isFinal) return early;
  const late = await both;
  return late.find(({ isFinal }) => isFinal) ?? early;
}

/** What came of one attempt. */
interface Outcome {
  readonly isFinal: boolean;
  readonly kind?: FailureKind;
  /** Whether a service that refused it may get it again after a pause: it stops, and another one starts. */
  readonly mayRepeatThere?: boolean;
  readonly result: () => UpstreamAnswer;
}

const isSafeToRepeat = ({ kind }: EndpointFailure, { isRepeatable }: UpstreamRequest): boolean =>
  kind === "unsent" || (isRepeatable && kind !== "oversized");

/** What is under way at an endpoint; much at one that rests. Equals differ at random. */
const loadOf = ({ inFlight, isResting }: Endpoint): number =>
  inFlight + Math.random() / 2 + (isResting ? 10_000 : 0);

/** Several readers of one answer find the same fault. */
function onlyOnce(endpoint: Endpoint): (reason: Error) => void {
  let isRejected = false;
  return (reason) => {
    if (!isRejected) endpoint.fault(reason);
    isRejected = true;
  };
}

/** How long a service that is too busy is to be left alone, by its own statement. */
function statedPauseOf({ headers }: EndpointAnswer): number | undefined {
  const seconds = Number(headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined;
}
