import { sparse } from "./array-literal.ts";
import type { BookHead } from "./book-state.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

export const FENCE = "book_is_where_it_was";

const START_BOOK = `
  INSERT INTO book (tenant_id, id, position, hash, recorded_at) VALUES ($1, $2, $3, $4, $5)`;

/** The fence: nothing behind it is carried out unless the book is where it was thought to be. */
const MOVE_HEAD = `
  WITH moved AS (
    UPDATE book SET position = $3, hash = $4, recorded_at = $5
    WHERE tenant_id = $1 AND id = $2 AND position = $6::bigint AND hash = $7
    RETURNING 1
  ) SELECT require_rows((SELECT count(*) FROM moved), 1, '${FENCE}')`;

const APPEND = `
  INSERT INTO event (tenant_id, book_id, position, type, actor, recorded_at,
                     command_key, request_hash, command_events, payload, hash, origin)
  SELECT $1, $2, generate_series($3::bigint, $4::bigint), unnest($5::text[]), unnest($6::text[]),
    unnest($7::timestamptz[]), unnest($8::uuid[]), unnest($9::bytea[]), unnest($10::integer[]),
    string_to_table($11, E'\\n')::json, unnest($12::bytea[]), unnest($13::text[])`;

/** Someone else moved the book's head since the state was known on which a batch was decided. */
export const isFenceFailure = (error: unknown): boolean =>
  (error as { constraint?: string } | undefined)?.constraint === FENCE;

/** Appends events and moves the book's head from `before` to `after`, or fails as a whole. */
export async function appendEvents(
  statements: Statements,
  { tenantId, bookId }: BookId,
  events: readonly RecordedEvent[],
  before: BookHead,
  after: BookHead,
): Promise<void> {
  const head = [tenantId, bookId, after.position, after.hash, after.recordedAt];
  const moved =
    before.position === 0
      ? statements.query(START_BOOK, head)
      : statements.query(MOVE_HEAD, [...head, before.position, before.hash]);
  const appended = statements.query(APPEND, [
    tenantId,
    bookId,
    before.position + 1,
    after.position,
    events.map(({ type }) => type),
    events.map(({ actor }) => actor),
    events.map(({ recordedAt }) => recordedAt),
    sparse(events.map(({ command }) => command?.key)),
    sparse(events.map(({ command }) => command?.requestHash)),
    sparse(events.map(({ command }) => command?.events)),
    // JSON spells every line break inside it, so that none is left but those between.
    events.map(({ payloadJson }) => payloadJson).join("\n"),
    events.map(({ hash }) => hash),
    sparse(events.map(({ origin }) => origin)),
  ]);
  await Promise.all([moved, appended]);
}
