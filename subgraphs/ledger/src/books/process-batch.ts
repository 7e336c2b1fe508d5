import { withTransaction, type Pool } from "@allfunds/platform";
import type { BookState } from "./book-state.ts";
import { decideBatch, type DecidedBatch, type Submission } from "./decide-batch.ts";
import { findAnswers } from "./find-answers.ts";
import { loadNeeds } from "./load-needs.ts";
import { lockBook } from "./lock-book.ts";
import type { BookId } from "./recorded-event.ts";
import { storeEvents } from "./store-events.ts";

export interface BatchOptions {
  /** The book's state after the last batch, when it is remembered. */
  readonly remembered: BookState | undefined;
  /** An earlier attempt may have been stored: look up every key, also those made here. */
  readonly outcomeUnknown: boolean;
}

export interface ProcessedBatch extends DecidedBatch {
  /** The book's state after the commit, to be remembered. */
  readonly state: BookState;
}

/** One database transaction: lock the book, read what is needed, decide, store, commit. */
export async function processBatch(
  pool: Pool,
  book: BookId,
  submissions: readonly Submission[],
  { remembered, outcomeUnknown }: BatchOptions,
): Promise<ProcessedBatch> {
  const { state, draft, decided } = await withTransaction(pool, book, async (client) => {
    const state = await lockBook(client, book, remembered);
    const envelopes = submissions.flatMap((submission) => submission.envelopes);
    const keys = envelopes
      .filter(({ keyIsClients }) => keyIsClients || outcomeUnknown)
      .map(({ key }) => key);
    const answers = state.head.position === 0 ? new Map() : await findAnswers(client, book, keys);
    const open = envelopes.filter(({ key }) => !answers.has(key));
    const draft = state.fork();
    await loadNeeds(client, book, open, state, draft);

    const decided = decideBatch(book, draft, submissions, answers);
    if (decided.recorded.length > 0) {
      await storeEvents(client, { book, events: decided.recorded, before: state, after: draft });
    }
    return { state, draft, decided };
  });
  draft.copyTo(state);
  return { ...decided, state };
}
