import { randomFrom } from "@allfunds/platform/testing";
import { vi } from "vitest";

const MOST_REQUESTS = 10_000;

/** True once in so many times; never for `Infinity`. */
export const isOneIn = (times: number, random: (below: number) => number): boolean =>
  Number.isFinite(times) && random(times) === 0;

/**
 * Work that waits for the outside world goes on in an order drawn from a seed, which also decides whether that
 * world is a sound one or often fails, and whether it is quick or slow.
 */
export class Turns {
  readonly random: (below: number) => number;
  readonly #waiting: (() => void)[] = [];
  readonly #stepsPerFailure: number;
  readonly #longestMs: number;
  #requests = 0;

  constructor(seed: number) {
    this.random = randomFrom(seed);
    this.#stepsPerFailure = [20, 100, 400, Infinity][this.random(4)] ?? Infinity;
    this.#longestMs = [2, 20, 400, 2_000][this.random(4)] ?? 2;
  }

  /** Takes as long as it takes; now and then the connection is lost meanwhile. */
  async step(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!isOneIn(this.#stepsPerFailure, this.random)) return;
    throw Object.assign(new Error("Connection terminated unexpectedly"), { code: "08006" });
  }

  /** A caller that retries without ever waiting for an answer goes in a circle. */
  request(): void {
    this.#requests += 1;
    if (this.#requests > MOST_REQUESTS) throw new Error("a caller goes in a circle");
  }

  /**
   * Gives turns until the work is done; throws when it waits for nothing that could still happen, or
   * no other work would ever have a turn.
   */
  async until(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    done.catch(() => undefined);
    for (;;) {
      // Whatever can go on by itself does so before the next turn is given.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#requests > MOST_REQUESTS) throw new Error("a caller goes in a circle");
      this.#requests = 0;
      if (isDone) break;
      const [next] = this.#waiting.splice(this.random(this.#waiting.length), 1);
      if (next !== undefined) next();
      else if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
      else throw new Error("all wait for nothing");
      vi.advanceTimersByTime(this.random(this.#longestMs));
    }
    await done;
  }
}
