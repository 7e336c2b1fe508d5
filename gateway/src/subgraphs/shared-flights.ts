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
    signal: AbortSignal,
    notBefore: number,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    signal.throwIfAborted();
    const found = this.#flights.get(key);
    const flight =
      found !== undefined && found.startedAt >= notBefore ? found : this.#start(key, start);
    flight.waiting += 1;
    const left = Promise.withResolvers<never>();
    const leave = (): void => {
      flight.waiting -= 1;
      if (flight.waiting === 0) this.#end(key, flight, signal.reason);
      left.reject(signal.reason as Error);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([flight.result, left.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
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
