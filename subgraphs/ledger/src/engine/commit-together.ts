import type { BookId } from "./book.ts";
import { toPublicFailure } from "./book-queue.ts";
import { decideBatch, refuseWithGroup, type Verdict } from "./decide.ts";
import type { Envelope, RecordedEvent } from "./event-log.ts";
import { isLostRace, isTenantFenceFailure } from "./log-sql.ts";
import type { LockedBook } from "./postgres-book.ts";
import type { Model } from "./slice.ts";

/** Commands of one of the books. */
export interface BookGroup {
  readonly book: BookId;
  readonly envelopes: readonly Envelope[];
}

/** What goes into several books of a tenant, all of it or nothing. */
interface JointSubmission {
  readonly model: Model;
  readonly groups: readonly BookGroup[];
  /** A command beside these was refused already: they are decided, and nothing is stored. */
  readonly isRefused: boolean;
  /** Does something as the only writer of the books, in one transaction. */
  readonly lock: <T>(work: (locked: readonly LockedBook[]) => Promise<T>) => Promise<T>;
  readonly onTenantMoved: () => void;
}

/** What became of a group. */
export interface GroupOutcome {
  readonly verdicts: readonly Verdict[];
  /** What was stored; nothing when any command was refused. */
  readonly recorded: readonly RecordedEvent[];
}

/** How often a race is run that was lost: to a change of the tenant's own book, or to a deadlock. */
const MOST_ATTEMPTS = 8;

/**
 * Carries out commands of several books in one database transaction: all of them or, when one is refused, none. One
 * outcome per group, in order. Other writers of the books wait; readers see nothing of it before. Each book is read
 * whole, which a queue does once: meant for what has to be one, not for many postings.
 */
export async function commitTogether(submission: JointSubmission): Promise<GroupOutcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await submission.lock((locked) => storeTogether(locked, submission));
    } catch (error) {
      if (isTenantFenceFailure(error)) submission.onTenantMoved();
      const refused = refusedByConstraint(submission, error);
      if (refused !== undefined) return refused;
      if (attempt === MOST_ATTEMPTS || !isLostRace(error)) throw toPublicFailure(error);
    }
  }
}

async function storeTogether(
  locked: readonly LockedBook[],
  { model, groups, isRefused }: JointSubmission,
): Promise<GroupOutcome[]> {
  const decided = [];
  for (const [index, group] of groups.entries()) {
    const store = locked[index];
    if (store === undefined) throw new Error("a book of a joint submission is not locked");
    decided.push(await decideGroup(model, store, group));
  }
  if (isRefused || decided.some(({ verdicts }) => verdicts.some(({ accepted }) => !accepted)))
    return decided.map(({ verdicts }) => ({
      verdicts: verdicts.map(refuseWithGroup),
      recorded: [],
    }));
  for (const { store, ...batch } of decided) {
    const send = await store.prepare({ ...batch, events: batch.recorded });
    await send(() => undefined);
  }
  return decided.map(({ verdicts, recorded }) => ({ verdicts, recorded }));
}

async function decideGroup(model: Model, store: LockedBook, { book, envelopes }: BookGroup) {
  const before = await store.open(undefined);
  const after = before.fork();
  const answers = await store.load({ envelopes, known: new Map(), draft: after });
  const submission = { envelopes, atomic: true };
  const { verdicts, recorded } = decideBatch(model, book, after, [submission], answers);
  return { store, before, after, verdicts: verdicts[0] ?? [], recorded };
}

/** Which of the commands a constraint of the database refused is not known: all of them are answered with it. */
function refusedByConstraint(
  { model, groups }: JointSubmission,
  error: unknown,
): GroupOutcome[] | undefined {
  const { constraint = "" } = error as { constraint?: string };
  const refusal = model.constraints.get(constraint)?.();
  if (refusal === undefined) return undefined;
  return groups.map(({ envelopes }) => ({
    verdicts: envelopes.map(() => ({ accepted: false, refusal })),
    recorded: [],
  }));
}
