import type { UnknownEvent } from "@allfunds/contract/events";

export interface FeedBatch {
  readonly cursor: string;
  readonly events: readonly UnknownEvent[];
}

/** Where the batches come from, which can be paused. */
export interface Source {
  pause(): void;
  resume(): void;
}

/** Most events that are handed on together: a transaction of some ten milliseconds. */
const MOST_TOGETHER = 1_000;
/** With this many waiting the source is paused; a follower far behind must not hold the whole log. */
const MOST_WAITING = 4 * MOST_TOGETHER;

/**
 * Batches on their way from the feed to the follower. What arrives while the follower is busy is handed
 * on as one batch, so the follower does more at once the later it is.
 */
export class GatheredBatches {
  readonly #source: Source;
  readonly #batches: FeedBatch[] = [];
  #waiting = 0;
  #paused = false;
  #ended: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  add(batch: FeedBatch): void {
    this.#batches.push(batch);
    this.#waiting += batch.events.length;
    if (this.#waiting >= MOST_WAITING && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake();
  }

  /** No more will come: for the reason given, or because the feed was closed. */
  end(error?: unknown): void {
    this.#ended ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedBatch> {
    for (;;) {
      while (this.#batches.length > 0) yield this.#takeTogether();
      if (this.#ended?.error !== undefined) throw this.#ended.error;
      if (this.#ended !== undefined) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #takeTogether(): FeedBatch {
    let count = 0;
    let size = 0;
    for (const { events } of this.#batches) {
      if (count > 0 && size + events.length > MOST_TOGETHER) break;
      count += 1;
      size += events.length;
    }
    const taken = this.#batches.splice(0, count);
    this.#waiting -= size;
    if (this.#paused && this.#waiting < MOST_WAITING) {
      this.#paused = false;
      this.#source.resume();
    }
    const last = taken.at(-1);
    if (last === undefined) throw new Error("there was no batch to take");
    return count === 1 ? last : { ...last, events: taken.flatMap(({ events }) => events) };
  }
}
