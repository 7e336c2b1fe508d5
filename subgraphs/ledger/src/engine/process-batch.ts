import { withTransaction, type Pool } from "@allfunds/platform";
import type { BookState } from "./book-state.ts";
import { claimOf, findHolding, type Claim } from "./claim.ts";
import { decideBatch, type DecidedBatch, type Submission } from "./decide-batch.ts";
import { findAnswers } from "./find-answers.ts";
import { loadNeeds } from "./load-needs.ts";
import { lockBook } from "./lock-book.ts";
import type { BookId } from "./recorded-event.ts";
import { storeEvents } from "./store-events.ts";

export interface BatchOptions {
  /** The book's state after the last batch, when it is remembered. */
  readonly remembered: BookState | undefined;
  /** Earlier attempts of which one may have been stored; this one is added when it is sent. */
  readonly claims: Claim[];
}

export interface ProcessedBatch extends Pick<DecidedBatch, "verdicts"> {
  /** True when the book went on, by this attempt or one before it. */
  readonly moved: boolean;
  /** The book's state after the commit, to be remembered. */
  readonly state: BookState;
}

/** One database transaction: lock the book, read what is needed, decide, store, commit. */
export async function processBatch(
  pool: Pool,
  book: BookId,
  submissions: readonly Submission[],
  { remembered, claims }: BatchOptions,
): Promise<ProcessedBatch> {
  return withTransaction(pool, book, async (client) => {
    const state = await lockBook(client, book, remembered);
    const holding = await findHolding(client, book, claims);
    if (holding !== undefined) return { verdicts: holding.verdicts, moved: true, state };

    const envelopes = submissions.flatMap((submission) => submission.envelopes);
    const keys = envelopes.flatMap(({ key }) => key ?? []);
    const answers = state.head.position === 0 ? new Map() : await findAnswers(client, book, keys);
    const open = envelopes.filter(({ key }) => key === undefined || !answers.has(key));
    const draft = state.fork();
    await loadNeeds(client, book, open, state, draft);

    const { verdicts, recorded } = decideBatch(book, draft, submissions, answers);
    const moved = recorded.length > 0;
    if (!moved) return { verdicts, moved, state };
    claims.push(...claimOf(recorded, verdicts));
    await storeEvents(client, { book, events: recorded, before: state, after: draft });
    // Nobody sees this state before the commit.
    draft.copyTo(state);
    return { verdicts, moved, state };
  });
}
