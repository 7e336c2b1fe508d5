import { AsyncLocalStorage } from "node:async_hooks";

/** Arguments, or how to read them: that happens only when the work is really done. */
export type Arguments<Args> = Args | ((signal: AbortSignal) => Promise<Args>);

export interface Waiting {
  /** When aborted, this one does not wait any more; its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What to do, for whom. */
export interface Work {
  readonly task: string;
  readonly args: Arguments<unknown>;
  /** Whose turn the work takes. */
  readonly owner: string;
  /** By which equal work is found; null for work that is never shared. */
  readonly key: string | null;
  readonly limitMs: number;
}

/** One piece of work and all that wait for it. It is aborted when none of them waits any more. */
export class Flight {
  readonly work: Work;
  readonly #abort = new AbortController();
  readonly #outcome = Promise.withResolvers<unknown>();
  readonly #waiting = new Set<Waiting>();
  /** Log lines and database sessions belong to the first request, not to whichever made place in the queue. */
  readonly #inContext = AsyncLocalStorage.snapshot();

  constructor(work: Work) {
    this.work = work;
    this.#outcome.promise.catch(() => undefined);
  }

  /** Aborted when the result is not wanted any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Waits for the result. */
  async join(waiting: Waiting): Promise<unknown> {
    const { signal } = waiting;
    this.#waiting.add(waiting);
    if (signal === undefined) return this.#outcome.promise;
    const left = Promise.withResolvers<never>();
    const leave = (): void => {
      this.#waiting.delete(waiting);
      left.reject(signal.reason);
      if (this.#waiting.size === 0) this.#abort.abort(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([this.#outcome.promise, left.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Reads the arguments in the context of the first request. */
  async readArguments(): Promise<unknown> {
    const { args } = this.work;
    if (typeof args !== "function") return args;
    return this.#inContext(() => (args as (signal: AbortSignal) => Promise<unknown>)(this.signal));
  }

  readonly onProgress = (done: number, total: number): void => {
    for (const { onProgress } of this.#waiting) onProgress?.(done, total);
  };

  succeed(value: unknown): void {
    this.#outcome.resolve(value);
  }

  /** Rejects for all that wait, and ends the work if it runs. */
  fail(error: unknown): void {
    this.#outcome.reject(error);
    this.#abort.abort(error);
  }
}
