import type { Verdict } from "./decide-batch.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

/**
 * A batch that was sent to be stored, without word of what became of it: where its last event stands if
 * it was, and what its commands are to be told then. A hash vouches for all that lies before it, too, so
 * with the last event all of the batch stands there. The first alone could be that of another instance:
 * the same order by the same person at the same moment leads to the same event.
 */
export interface Claim {
  readonly position: number;
  readonly hash: Buffer;
  /** One list per submission of the batch, in order. */
  readonly verdicts: readonly (readonly Verdict[])[];
}

/** The claim of a batch that adds events; one that adds none leaves nothing to find. */
export function claimOf(
  recorded: readonly RecordedEvent[],
  verdicts: readonly (readonly Verdict[])[],
): Claim[] {
  const last = recorded.at(-1);
  return last === undefined ? [] : [{ position: last.position, hash: last.hash, verdicts }];
}

const FIND_HASH = `
  SELECT FROM event WHERE tenant_id = $1 AND book_id = $2 AND position = $3 AND hash = $4`;

/** The claim that holds, if one does. With the book's lock in hand the answer is final. */
export async function findHolding(
  statements: Statements,
  { tenantId, bookId }: BookId,
  claims: readonly Claim[],
): Promise<Claim | undefined> {
  for (const claim of claims) {
    const parameters = [tenantId, bookId, claim.position, claim.hash];
    const { rowCount } = await statements.query(FIND_HASH, parameters);
    if (rowCount === 1) return claim;
  }
  return undefined;
}
