import type { Endpoint } from "./endpoint.ts";

/** No endpoint of an upstream can be called now. */
export class NoEndpoint extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NoEndpoint";
  }
}

export const noneAnswers = (): NoEndpoint => new NoEndpoint("no endpoint answers");

/** The endpoints that requests wait for. */
interface Places {
  /** Reserves a place at an endpoint, one that was not tried if there is one. */
  readonly reserve: (tried: ReadonlySet<Endpoint>) => Endpoint | undefined;
  /** Whether an endpoint can be expected to take a request soon, of `performance.now()`. */
  readonly isExpected: (now: number) => boolean;
}

interface Waiting {
  /** Until when it waits while no endpoint is expected to answer, of `performance.now()`. */
  readonly until: number;
  readonly tried: ReadonlySet<Endpoint>;
  readonly place: PromiseWithResolvers<Endpoint>;
}

/** The bounded queue of requests that wait for a place at an endpoint. */
export class WaitingRequests {
  readonly #most: number;
  readonly #places: Places;
  readonly #waiting = new Set<Waiting>();
  #isEnded = false;

  constructor(most: number, places: Places) {
    this.#most = most;
    this.#places = places;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a place, and `patienceMs` longer than any endpoint is expected to answer. Throws NoEndpoint when
   * there is none, or the reason of the signal.
   */
  async wait(
    tried: ReadonlySet<Endpoint>,
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<Endpoint> {
    const now = performance.now();
    if (this.#isEnded || (patienceMs === 0 && !this.#places.isExpected(now))) throw noneAnswers();
    if (this.#waiting.size >= this.#most)
      throw new NoEndpoint("too many requests wait for an endpoint");
    signal.throwIfAborted();
    const place = Promise.withResolvers<Endpoint>();
    const waiting: Waiting = { tried, until: now + patienceMs, place };
    const leave = (): void => {
      this.#waiting.delete(waiting);
      place.reject(signal.reason as Error);
    };
    this.#waiting.add(waiting);
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await place.promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Refuses those that wait and those that come: no place will be free any more. */
  end(): void {
    this.#isEnded = true;
    for (const { place } of this.#waiting) place.reject(noneAnswers());
    this.#waiting.clear();
  }

  /** Gives the places that are free now to those that wait. */
  drain(): void {
    if (this.#waiting.size === 0) return;
    for (const waiting of this.#waiting) {
      const endpoint = this.#places.reserve(waiting.tried);
      if (endpoint === undefined && waiting.tried.size === 0) break;
      if (endpoint === undefined) continue;
      this.#waiting.delete(waiting);
      waiting.place.resolve(endpoint);
    }
    const now = performance.now();
    if (this.#waiting.size === 0 || this.#places.isExpected(now)) return;
    for (const waiting of this.#waiting) {
      if (waiting.until > now) continue;
      this.#waiting.delete(waiting);
      waiting.place.reject(noneAnswers());
    }
  }
}
