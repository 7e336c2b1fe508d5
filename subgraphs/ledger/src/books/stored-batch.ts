import type { DatabaseClient } from "@allfunds/platform";
import type { BookState } from "./book-state.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";

/** Events being stored together, with the book's state before and after them. */
export interface StoredBatch {
  readonly book: BookId;
  readonly events: readonly RecordedEvent[];
  readonly before: BookState;
  readonly after: BookState;
}

/** Brings one read model up to date in the transaction that appends the events. */
export type InlineProjection = (client: DatabaseClient, batch: StoredBatch) => Promise<void>;
