import type { DatabaseClient } from "@allfunds/platform";
import type { BookHead } from "./book-state.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";

const START_BOOK = `
  INSERT INTO book (tenant_id, id, position, hash, recorded_at)
  SELECT $1, $2, $3, $4, $5 WHERE $6::bigint = 0
  RETURNING 1`;

const MOVE_HEAD = `
  UPDATE book SET position = $3, hash = $4, recorded_at = $5
  WHERE tenant_id = $1 AND id = $2 AND position = $6::bigint
  RETURNING 1`;

/** Events go in only if the head moves: the fence and the append are one statement. */
const append = (moveHead: string): string => `
  WITH moved AS (${moveHead})
  INSERT INTO event (tenant_id, book_id, position, type, actor, recorded_at,
                     command_key, request_hash, command_events, payload, hash)
  SELECT $1, $2, u.position, type, actor, u.recorded_at,
         command_key, request_hash, command_events, payload::jsonb, u.hash
  FROM moved, unnest($7::bigint[], $8::text[], $9::text[], $10::timestamptz[],
                     $11::uuid[], $12::bytea[], $13::integer[], $14::text[], $15::bytea[])
    AS u (position, type, actor, recorded_at, command_key, request_hash, command_events, payload, hash)`;

const APPEND_FIRST = append(START_BOOK);
const APPEND_NEXT = append(MOVE_HEAD);

/** Someone else moved the book's head between our lock and our write, which the lock should prevent. */
export class FenceError extends Error {
  constructor(book: BookId, expected: number) {
    super(`book ${book.bookId} is no longer at position ${expected}`);
    this.name = "FenceError";
  }
}

/** Appends events and moves the book's head from `before` to `after`, or fails as a whole. */
export async function appendEvents(
  client: DatabaseClient,
  book: BookId,
  events: readonly RecordedEvent[],
  before: BookHead,
  after: BookHead,
): Promise<void> {
  const sql = before.position === 0 ? APPEND_FIRST : APPEND_NEXT;
  const { rowCount } = await client.query(sql, [
    book.tenantId,
    book.bookId,
    after.position,
    after.hash,
    after.recordedAt,
    before.position,
    events.map(({ position }) => position),
    events.map(({ type }) => type),
    events.map(({ actor }) => actor),
    events.map(({ recordedAt }) => recordedAt.toISOString()),
    events.map(({ command }) => command?.key ?? null),
    events.map(({ command }) => command?.requestHash ?? null),
    events.map(({ command }) => command?.events ?? null),
    events.map(({ payload }) => JSON.stringify(payload)),
    events.map(({ hash }) => hash),
  ]);
  if (rowCount !== events.length) throw new FenceError(book, before.position);
}
