const IDLE_MS = 60_000;
const MOST_CALLERS = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** How often each caller may request: so many at once, then so many per second. Times are milliseconds. */
export class RequestBudget {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** Takes one request of the caller's budget. False when there is none left. */
  take(caller: string, now: number): boolean {
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#burst, at: now };
    const refilled = bucket.tokens + ((now - bucket.at) / 1000) * this.#perSecond;
    const tokens = Math.min(this.#burst, refilled);
    this.#buckets.delete(caller);
    if (this.#buckets.size >= MOST_CALLERS) this.#evictIdle(now);
    this.#buckets.set(caller, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }

  // Callers are in order of their last request. One that is evicted has a full budget again anyway.
  #evictIdle(now: number): void {
    for (const [caller, { at }] of this.#buckets) {
      if (now - at < IDLE_MS && this.#buckets.size < MOST_CALLERS) return;
      this.#buckets.delete(caller);
    }
  }
}
