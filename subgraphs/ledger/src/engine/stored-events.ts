import type { Statements } from "./batched-sql.ts";
import type { BookId } from "./book.ts";
import { canonicalJson } from "./canonical-json.ts";
import { chainHash } from "./event-log.ts";
import type { Model } from "./slice.ts";
import { selectText } from "./table.ts";

/** A place in a book's chain. */
export interface ChainPlace {
  readonly position: number;
  /** Hexadecimal SHA-256 of the event there. */
  readonly hash: string;
}

/** An event as it lies in the log, which may not be what was put there. */
export interface StoredEvent {
  readonly position: number;
  readonly type: string;
  /** RFC 3339, UTC; with more than milliseconds only when a row was changed by hand. */
  readonly recordedAt: string;
  readonly actor: string;
  /** Absent when it was recorded without one. */
  readonly origin?: string;
  readonly commandKey: string | null;
  /** Hexadecimal. */
  readonly requestHash: string | null;
  readonly commandEvents: number | null;
  readonly payload: unknown;
  /** Hexadecimal SHA-256 that chains it to the event before. */
  readonly hash: string;
}

/** An event of the log with the text its payload is stored as. */
export interface ReadEvent extends StoredEvent {
  readonly payloadText: string;
}

const COLUMNS = `
  position, type, actor, origin, command_key, encode(request_hash, 'hex') AS request_hash, command_events,
  payload::text AS payload, encode(hash, 'hex') AS hash,
  to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS recorded_at`;

const READ_PAGE = `
  SELECT ${COLUMNS} FROM event
  WHERE tenant_id = $1 AND book_id = $2 AND position >= $3
  ORDER BY position LIMIT $4`;

interface EventRow {
  readonly position: string;
  readonly type: string;
  readonly recorded_at: string;
  readonly actor: string;
  readonly origin: string | null;
  readonly command_key: string | null;
  readonly request_hash: string | null;
  readonly command_events: number | null;
  readonly payload: string;
  readonly hash: string;
}

/** How many events a page has, but for the last. */
export const PAGE_EVENTS = 500;

/** The events of a book from a position on, in pages, so that a long book needs no more memory than a short one. */
export async function* readEventPages(
  statements: Statements,
  { tenantId, bookId }: BookId,
  from: number,
): AsyncGenerator<readonly ReadEvent[], void, void> {
  const read = (next: number) =>
    statements.query<EventRow>(READ_PAGE, [tenantId, bookId, next, PAGE_EVENTS]);
  let ahead = read(from);
  for (;;) {
    const events = (await ahead).rows.map(toStoredEvent);
    const last = events.at(-1);
    if (last === undefined) return;
    // The server reads on while this page is looked at.
    ahead = read(last.position + 1);
    // Its failure is thrown to the reader of that page.
    ahead.catch(() => undefined);
    yield events;
  }
}

const toStoredEvent = (row: EventRow): ReadEvent => ({
  position: Number(row.position),
  type: row.type,
  recordedAt: `${row.recorded_at.replace(/(\.\d{3})000$/, "$1")}Z`,
  actor: row.actor,
  ...(row.origin === null ? {} : { origin: row.origin }),
  commandKey: row.command_key,
  requestHash: row.request_hash,
  commandEvents: row.command_events,
  payload: JSON.parse(row.payload),
  payloadText: row.payload,
  hash: row.hash,
});

/** The hash an event would have at a position behind a given hash. */
export const hashAt = (
  book: BookId,
  previous: string,
  position: number,
  event: StoredEvent,
): string => hashOf(book, previous, position, event, canonicalJson(event.payload));

/** True when an event has the hash that it must have behind a given one. */
export const isChained = (
  model: Model,
  book: BookId,
  previous: string,
  event: ReadEvent,
): boolean =>
  hashOf(book, previous, event.position, event, payloadJsonOf(model, event)) === event.hash;

/**
 * The canonical JSON of a payload, over which its event is hashed whatever text it is stored as: earlier versions
 * stored others, and a text that holds more than what is read of it must not pass.
 */
function payloadJsonOf(model: Model, { type, payload, payloadText }: ReadEvent): string {
  const json = model.eventOf(type)?.codec.json;
  // Where no character is escaped, the codec's way is canonical; and equal texts have no other members.
  if (json !== undefined && !payloadText.includes("\\")) {
    try {
      if (json(payload as never) === payloadText) return payloadText;
    } catch {
      // It is not a payload of this type, as decoding it will show.
    }
  }
  return canonicalJson(payload);
}

const hashOf = (
  { tenantId, bookId }: BookId,
  previous: string,
  position: number,
  event: StoredEvent,
  payloadJson: string,
): string => {
  const { type, recordedAt, actor, origin, commandKey, requestHash, commandEvents } = event;
  return chainHash(
    previous,
    {
      tenantId,
      bookId,
      position,
      type,
      recordedAt,
      actor,
      origin,
      commandKey,
      requestHash,
      commandEvents,
    },
    payloadJson,
  );
};

const READ_HEAD = `
  SELECT position, encode(hash, 'hex') AS hash, encode(state_digest, 'hex') AS state_digest,
    ${selectText("recorded_at", "timestamptz")}
  FROM book WHERE tenant_id = $1 AND id = $2`;

/** Where a book ends, as its head has it. */
export interface BookEnd extends ChainPlace {
  /** As `spell` writes it. */
  readonly recordedAt: string;
  /** Hexadecimal; null in books that no version with digests has written to. */
  readonly stateDigest: string | null;
}

interface EndRow {
  readonly position: string;
  readonly hash: string;
  readonly state_digest: string | null;
  readonly recorded_at: string;
}

/** Where the book ends; undefined when there is no such book. */
export async function readHead(
  statements: Statements,
  { tenantId, bookId }: BookId,
): Promise<BookEnd | undefined> {
  const { rows } = await statements.query<EndRow>(READ_HEAD, [tenantId, bookId]);
  const [row] = rows;
  return (
    row && {
      position: Number(row.position),
      hash: row.hash,
      recordedAt: row.recorded_at,
      stateDigest: row.state_digest,
    }
  );
}
