import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@allfunds/contract/errors";

/** How long a repeat waits for the first request under its key. */
const MOST_WAIT_MS = 2_000;

/**
 * The writes under an idempotency key that run here. A repeat waits for the first, and is then answered as that one
 * was; when the first runs on, the repeat is refused and comes back later. Whatever runs elsewhere is decided by the
 * book, which takes one.
 */
export class RunningKeys {
  readonly #running = new Map<string, Promise<void>>();
  readonly #mostWaitMs: number;

  constructor(mostWaitMs = MOST_WAIT_MS) {
    this.#mostWaitMs = mostWaitMs;
  }

  /** Runs a request; throws IDEMPOTENCY_KEY_IN_USE while another one under the key runs for too long. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const first = this.#running.get(key);
    if (first !== undefined) await this.#waitFor(first);
    const running = work();
    const ended = running.then(
      () => undefined,
      () => undefined,
    );
    this.#running.set(key, ended);
    try {
      return await running;
    } finally {
      if (this.#running.get(key) === ended) this.#running.delete(key);
    }
  }

  async #waitFor(first: Promise<void>): Promise<void> {
    const stop = new AbortController();
    const late = sleep(this.#mostWaitMs, "late", { signal: stop.signal }).catch(() => undefined);
    const outcome = await Promise.race([first, late]);
    stop.abort();
    if (outcome === undefined) return;
    throw new AppError(
      "IDEMPOTENCY_KEY_IN_USE",
      "The first request under this Idempotency-Key still runs. Repeat it for its answer.",
      { retryAfterSeconds: 1 },
    );
  }
}
