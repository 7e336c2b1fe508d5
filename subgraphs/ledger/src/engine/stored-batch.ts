import type { BookState } from "./book-state.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

/** Events being stored together, with the book's state before and after them. */
export interface StoredBatch {
  readonly book: BookId;
  readonly events: readonly RecordedEvent[];
  readonly before: BookState;
  readonly after: BookState;
}

/**
 * Brings one read model up to date in the transaction that appends the events. What it asks for goes to
 * the server together with what the others ask for, and comes back without rows or counts: what has to
 * hold, its statements must check.
 */
export type InlineProjection = (statements: Statements, batch: StoredBatch) => Promise<void>;
