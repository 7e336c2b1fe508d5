import type { Envelope } from "./book-command.ts";
import type { BookState } from "./book-state.ts";
import type { Submission } from "./decide-batch.ts";
import type { Answer } from "./find-answers.ts";
import type { BatchOptions, ProcessedBatch } from "./process-batch.ts";
import type { RecordedEvent } from "./recorded-event.ts";

/** What the lane of a book asks of the database. */
export interface BookStore {
  /** True while somebody waits for a connection. */
  readonly isBusy: boolean;
  /** Puts into the states what the commands need and these do not have; returns what their keys led to. */
  load(lookup: Lookup): Promise<Map<string, Answer>>;
  /** Brings a batch that was decided without a lock into its final form. */
  prepare(batch: DecidedAhead): Promise<Sending>;
  /** Locks the book, then decides and stores. */
  process(submissions: readonly Submission[], options: BatchOptions): Promise<ProcessedBatch>;
}

export interface Lookup {
  readonly envelopes: readonly Envelope[];
  /** What keys led to in batches that are not stored yet. */
  readonly known: ReadonlyMap<string, Answer>;
  /** Outlives the batch. */
  readonly settled: BookState;
  /** Ends with the batch. */
  readonly draft: BookState;
}

export interface DecidedAhead {
  /** None when all that was decided are refusals: those hold if the book still ends at `before`. */
  readonly events: readonly RecordedEvent[];
  readonly before: BookState;
  readonly after: BookState;
}

/**
 * Stores the batch, or fails unless the book ends where the batch begins; resolves when it is durable.
 * Calls `onBegun` when it may append to the book: what is sent from then on comes after it.
 */
export type Sending = (onBegun: () => void) => Promise<void>;
