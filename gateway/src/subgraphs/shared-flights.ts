import { tooLate } from "@allfunds/platform/http";

/** How long a caller waits: a time, and until a signal. */
export interface Patience {
  readonly limitMs: number;
  readonly ended: AbortSignal | undefined;
}

/** A read under way. */
interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly startedAt: number;
  readonly end: AbortController;
  waiting: number;
}

/**
 * Equal reads under way are done once. A read ends when no caller waits for it any more; it is not joined any
 * more once something was written, because what was read before would hide the write.
 */
export class SharedFlights<Result> {
  readonly #flights = new Map<string, Flight<Result>>();

  /** Joins an equal read that began at `notBefore` or later (of `performance.now()`), or starts one. */
  async join(
    key: string,
    { limitMs, ended }: Patience,
    notBefore: number,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    ended?.throwIfAborted();
    const found = this.#flights.get(key);
    const flight =
      found !== undefined && found.startedAt >= notBefore ? found : this.#start(key, start);
    flight.waiting += 1;
    // One signal for each flight: a deadline with a signal for each of its callers would double its cost.
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const leave = (reason: unknown): void => {
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#end(key, flight, reason);
      reject(reason);
    };
    const left = (): void => leave(ended?.reason);
    const timer = setTimeout(() => leave(tooLate()), limitMs).unref();
    ended?.addEventListener("abort", left, { once: true });
    flight.result.then(resolve, reject);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      ended?.removeEventListener("abort", left);
    }
  }

  /** Lets no later read join those under way. */
  separate(): void {
    this.#flights.clear();
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const end = new AbortController();
    const startedAt = performance.now();
    const flight: Flight<Result> = { result: start(end.signal), startedAt, end, waiting: 0 };
    this.#flights.set(key, flight);
    const over = (): void => this.#evict(key, flight);
    flight.result.then(over, over);
    return flight;
  }

  #end(key: string, flight: Flight<Result>, reason: unknown): void {
    this.#evict(key, flight);
    flight.end.abort(reason);
  }

  #evict(key: string, flight: Flight<Result>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
