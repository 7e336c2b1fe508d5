import type { BookId } from "./book.ts";
import { decideBatch, type Verdict } from "./decide.ts";
import type { Envelope } from "./event-log.ts";
import type { BookStore, LockedBook, Sending } from "./postgres-book.ts";
import type { Model } from "./slice.ts";

/** What goes into a book as a whole, though it is too much to be decided at once. */
interface LargeSubmission {
  readonly model: Model;
  readonly book: BookId;
  readonly store: Pick<BookStore, "lock">;
  /** Commands in parts; each part is decided on what the ones before it led to. */
  readonly parts: Iterable<readonly Envelope[]> | AsyncIterable<readonly Envelope[]>;
  /** What is above an approval limit waits as a proposal; it refuses the whole otherwise. */
  readonly keepsProposals: boolean;
  /** Sees the verdicts on a part; what it throws refuses the whole. */
  readonly onDecided: (verdicts: readonly Verdict[]) => void;
}

/**
 * Carries commands out in one database transaction, part by part: all of them or, when one is refused, none.
 * Other writers of the book wait until it ends; readers see nothing of it before. Meant for a thread of its own,
 * because deciding is work for the processor.
 */
export const commitInParts = (submission: LargeSubmission): Promise<void> =>
  submission.store.lock((locked) => storeParts(locked, submission));

/** A part is decided while the database stores the one before it. */
async function storeParts(
  locked: LockedBook,
  { model, book, parts, keepsProposals, onDecided }: LargeSubmission,
): Promise<void> {
  const state = await locked.open(undefined);
  let ready: Sending | undefined;
  for await (const envelopes of parts) {
    const draft = state.fork();
    const answers = await locked.load({ envelopes, known: new Map(), draft });
    const stored = ready?.(() => undefined);
    // Its failure is thrown where it is awaited, unless this part is refused first.
    stored?.catch(() => undefined);
    const submission = { envelopes, atomic: true, keepsProposals };
    const { verdicts, recorded } = decideBatch(model, book, draft, [submission], answers);
    onDecided(verdicts[0] ?? []);
    await stored;
    ready = await locked.prepare({ events: recorded, before: state, after: draft });
    draft.settleInto(state, model.kept);
  }
  await ready?.(() => undefined);
}
