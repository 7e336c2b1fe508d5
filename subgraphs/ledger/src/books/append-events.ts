import type { BookHead } from "./book-state.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

const START_BOOK = `
  INSERT INTO book (tenant_id, id, position, hash, recorded_at)
  SELECT $1, $2, $3, $4, $5 WHERE $6::bigint = 0 AND $7::bytea IS NOT NULL
  RETURNING 1`;

const MOVE_HEAD = `
  UPDATE book SET position = $3, hash = $4, recorded_at = $5
  WHERE tenant_id = $1 AND id = $2 AND position = $6::bigint AND hash = $7
  RETURNING 1`;

/** Events go in only if the head moves: the fence and the append are one statement. */
const append = (moveHead: string): string => `
  WITH moved AS (${moveHead})
  INSERT INTO event (tenant_id, book_id, position, type, actor, recorded_at,
                     command_key, request_hash, command_events, payload, hash)
  SELECT $1, $2, $6::bigint + u.nth, type, actor, u.recorded_at,
         command_key, request_hash, command_events, payload, u.hash
  FROM moved, ROWS FROM (
    unnest($8::text[]), unnest($9::text[]), unnest($10::timestamptz[]), unnest($11::uuid[]),
    unnest($12::bytea[]), unnest($13::integer[]), jsonb_array_elements($14::jsonb), unnest($15::bytea[])
  ) WITH ORDINALITY
    AS u (type, actor, recorded_at, command_key, request_hash, command_events, payload, hash, nth)`;

const APPEND_FIRST = append(START_BOOK);
const APPEND_NEXT = append(MOVE_HEAD);

/** Someone else moved the book's head since the state was known on which this was decided. */
export class FenceError extends Error {
  constructor(book: BookId, expected: number) {
    super(`book ${book.bookId} is no longer at position ${expected}`);
    this.name = "FenceError";
  }
}

/** Appends events and moves the book's head from `before` to `after`, or fails as a whole. */
export async function appendEvents(
  statements: Statements,
  book: BookId,
  events: readonly RecordedEvent[],
  before: BookHead,
  after: BookHead,
): Promise<void> {
  const sql = before.position === 0 ? APPEND_FIRST : APPEND_NEXT;
  const { rowCount } = await statements.query(sql, [
    book.tenantId,
    book.bookId,
    after.position,
    after.hash,
    after.recordedAt,
    before.position,
    before.hash,
    events.map(({ type }) => type),
    events.map(({ actor }) => actor),
    events.map(({ recordedAt }) => recordedAt.toISOString()),
    events.map(({ command }) => command?.key ?? null),
    events.map(({ command }) => command?.requestHash ?? null),
    events.map(({ command }) => command?.events ?? null),
    `[${events.map(({ payloadJson }) => payloadJson).join(",")}]`,
    events.map(({ hash }) => hash),
  ]);
  if (rowCount !== events.length) throw new FenceError(book, before.position);
}
