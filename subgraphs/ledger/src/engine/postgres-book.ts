import type { Pool } from "@allfunds/platform";
import type { BookStore, DecidedAhead, Lookup, Sending } from "./book-store.ts";
import { holdCheck } from "./check-head.ts";
import type { Submission } from "./decide-batch.ts";
import { findAnswers, type Answer } from "./find-answers.ts";
import { loadNeeds } from "./load-needs.ts";
import { processBatch, type BatchOptions, type ProcessedBatch } from "./process-batch.ts";
import type { BookId } from "./recorded-event.ts";
import { sendBatch } from "./send-batch.ts";
import { holdEvents } from "./store-events.ts";
import { TenantReader } from "./tenant-reader.ts";

/** A book in PostgreSQL. The pool's connections must take statements without waiting for earlier answers. */
export class PostgresBook implements BookStore {
  readonly #pool: Pool;
  readonly #book: BookId;

  constructor(pool: Pool, book: BookId) {
    this.#pool = pool;
    this.#book = book;
  }

  get isBusy(): boolean {
    return this.#pool.waitingCount > 0;
  }

  /** Most commands need neither a look at their key nor anything that is not remembered. */
  async load({ envelopes, known, settled, draft }: Lookup): Promise<Map<string, Answer>> {
    const reader = new TenantReader(this.#pool, this.#book);
    try {
      const keys: string[] = [];
      for (const { key } of envelopes) if (key !== undefined && !known.has(key)) keys.push(key);
      const answers = await findAnswers(reader, this.#book, keys);
      for (const [key, answer] of known) answers.set(key, answer);
      const open =
        answers.size === 0
          ? envelopes
          : envelopes.filter(({ key }) => key === undefined || !answers.has(key));
      await loadNeeds(reader, this.#book, open, settled, draft);
      return answers;
    } finally {
      await reader.close();
    }
  }

  async prepare({ events, before, after }: DecidedAhead): Promise<Sending> {
    const statements =
      events.length === 0
        ? await holdCheck(this.#book, before.head)
        : await holdEvents({ book: this.#book, events, before, after });
    return (onBegun) => sendBatch(this.#pool, this.#book, statements, onBegun);
  }

  process(submissions: readonly Submission[], options: BatchOptions): Promise<ProcessedBatch> {
    return processBatch(this.#pool, this.#book, submissions, options);
  }
}
