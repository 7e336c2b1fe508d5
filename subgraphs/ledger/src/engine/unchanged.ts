import { AppError } from "@allfunds/contract/errors";
import type { Statements } from "./batched-sql.ts";
import type { BookId } from "./book.ts";
import { defineBatchRows, type BookState } from "./book-state.ts";

/** A command is refused when an event behind the position names the subject: it was read there. */
export interface UnchangedSince {
  /** The id of what the command changes. */
  readonly subject: string;
  /** 0 when it has changed for certain. */
  readonly since: number;
  /** True of a command whose key follows from what it does: a repeat of it may be another client's. */
  readonly evenRepeats?: boolean;
}

/** Events of the log that changed a subject; as with every look-up, for one batch alone. */
const CHANGED = defineBatchRows<true>("changedSubjects");
const keyOf = ({ subject, since }: Pick<UnchangedSince, "subject" | "since">): string =>
  `${subject} ${since}`;

/** More events than are looked through: what was read so long ago has to be read again. */
const MOST_EVENTS = 10_000;

const FIND_CHANGE = `
  SELECT FROM event
  WHERE tenant_id = $1 AND book_id = $2 AND position > $3::bigint AND strpos(payload::text, $4) > 0 LIMIT 1`;

/** Notes in the draft whether the stored log has changed what a command is to find unchanged. */
export async function loadChanges(
  statements: Statements,
  { tenantId, bookId }: BookId,
  draft: BookState,
  unchanged: UnchangedSince,
): Promise<void> {
  const { subject, since } = unchanged;
  const isOld = since === 0 || draft.head.position - since > MOST_EVENTS;
  const found = isOld || (await statements.query(FIND_CHANGE, [tenantId, bookId, since, subject]));
  if (found === true || found.rowCount !== 0) draft.put(CHANGED, keyOf(unchanged), true);
}

/** VERSION_CONFLICT when an event, stored or not yet, has changed what a command was to find unchanged. */
export function changedSince(state: BookState, unchanged: UnchangedSince): AppError | undefined {
  const { subject, since } = unchanged;
  const isChanged =
    state.get(CHANGED, keyOf(unchanged)) === true || state.hasRecorded(subject, since);
  return isChanged
    ? new AppError("VERSION_CONFLICT", "It has changed since it was read. Read it again.")
    : undefined;
}
