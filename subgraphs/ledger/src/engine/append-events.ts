import { sparse } from "./array-literal.ts";
import type { Statements } from "./statements.ts";
import type { StoredBatch } from "./stored-batch.ts";

export const FENCE = "book_is_where_it_was";

const START_BOOK = `
  INSERT INTO book (tenant_id, id, position, hash, recorded_at) VALUES ($1, $2, $3, $4, $5)`;

/** The fence: nothing is stored unless the book is where it was thought to be. */
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

const FENCES = new Set([FENCE, "event_pkey"]);

/**
 * Someone else moved the book's head since the state was known on which a batch was decided: its events
 * are in the way, or the head is not where it was.
 */
export const isFenceFailure = (error: unknown): boolean =>
  FENCES.has((error as { constraint?: string } | undefined)?.constraint ?? "");

/** Appends events where a book ends, without a look at where that is: `moveHead` must follow. */
export async function appendEvents(
  statements: Statements,
  { book: { tenantId, bookId }, events, before, after }: StoredBatch,
): Promise<void> {
  await statements.query(APPEND, [
    tenantId,
    bookId,
    before.head.position + 1,
    after.head.position,
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
}

/** Moves the book's head over the events of a batch, or fails when it is not where the batch starts. */
export async function moveHead(
  statements: Statements,
  { book: { tenantId, bookId }, before: { head: before }, after: { head: after } }: StoredBatch,
): Promise<void> {
  const head = [tenantId, bookId, after.position, after.hash, after.recordedAt];
  await (before.position === 0
    ? statements.query(START_BOOK, head)
    : statements.query(MOVE_HEAD, [...head, before.position, before.hash]));
}
