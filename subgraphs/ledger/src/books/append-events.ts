import type { DatabaseClient } from "@allfunds/platform";
import type { BookHead } from "./book-state.ts";
import type { BookId, RecordedEvent } from "./recorded-event.ts";

const APPEND = `
  INSERT INTO event (tenant_id, book_id, position, type, actor, recorded_at,
                     command_key, request_hash, command_events, payload, hash)
  SELECT $1, $2, position, type, actor, recorded_at,
         command_key, request_hash, command_events, payload::jsonb, hash
  FROM unnest($3::bigint[], $4::text[], $5::text[], $6::timestamptz[],
              $7::uuid[], $8::bytea[], $9::integer[], $10::text[], $11::bytea[])
    AS u (position, type, actor, recorded_at, command_key, request_hash, command_events, payload, hash)`;

const START_BOOK = `
  INSERT INTO book (tenant_id, id, position, hash, recorded_at) VALUES ($1, $2, $3, $4, $5)`;

const MOVE_HEAD = `
  UPDATE book SET position = $3, hash = $4, recorded_at = $5
  WHERE tenant_id = $1 AND id = $2 AND position = $6`;

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
  const head = [book.tenantId, book.bookId, after.position, after.hash, after.recordedAt];
  if (before.position === 0) {
    await client.query(START_BOOK, head);
  } else {
    const { rowCount } = await client.query(MOVE_HEAD, [...head, before.position]);
    if (rowCount !== 1) throw new FenceError(book, before.position);
  }
  await client.query(APPEND, [
    book.tenantId,
    book.bookId,
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
}
