import type { Statements } from "./batched-sql.ts";
import { binaryArray } from "./binary-array.ts";
import type { BookId, PublishedEvent } from "./book.ts";
import type { BookState } from "./book-state.ts";
import { uuidOfText } from "./canonical-json.ts";
import type { Answer } from "./decide.ts";
import type { RecordedEvent } from "./event-log.ts";
import type { Model } from "./slice.ts";

/** Of a batch whose book moved since the state was known on which it was decided. */
const FENCE = "book_is_where_it_was";
/** Of a batch decided by a state of the tenant's own book that it has left. */
const TENANT_FENCE = "tenant_book_is_where_it_was";

const tenantPosition = (bookId: string): string => `
  coalesce((SELECT position FROM book WHERE tenant_id = $1 AND id = ${bookId}), 0)`;

const START_BOOK = `
  INSERT INTO book (tenant_id, id, position, hash, recorded_at, state_digest)
  VALUES ($1, $2, $3, decode($4, 'hex'), $5, $6)`;

/** The fence: nothing is stored unless the book is where it was thought to be. */
const MOVE_HEAD = `
  WITH moved AS (
    UPDATE book SET position = $3, hash = decode($4, 'hex'), recorded_at = $5, state_digest = $6
    WHERE tenant_id = $1 AND id = $2 AND position = $7::bigint AND hash = decode($8, 'hex')
    RETURNING 1
  ) SELECT require_rows((SELECT count(*) FROM moved), 1, '${FENCE}')`;

/** The same, and the tenant's own book must be where it was thought to be. */
const MOVE_HEAD_BESIDE_TENANT = `${MOVE_HEAD},
  require_rows((${tenantPosition("$9")} = $10::bigint)::integer, 1, '${TENANT_FENCE}')`;

const FIND_HEAD = `
  SELECT require_rows(count(*), 1, '${FENCE}') FROM book
  WHERE tenant_id = $1 AND id = $2 AND position = $3::bigint AND hash = decode($4, 'hex')`;

const FIND_NO_BOOK = `
  SELECT require_rows(count(*), 0, '${FENCE}') FROM book WHERE tenant_id = $1 AND id = $2`;

const FIND_TENANT = `
  SELECT require_rows((${tenantPosition("$2")} = $3::bigint)::integer, 1, '${TENANT_FENCE}')`;

const APPEND = `
  INSERT INTO event (tenant_id, book_id, position, type, actor, recorded_at,
                     command_key, request_hash, command_events, payload, hash, origin)
  SELECT $1, $2, generate_series($3::bigint, $4::bigint), unnest($5::text[]), unnest($6::text[]),
    unnest($7::timestamptz[]), unnest($8::uuid[]), unnest($9::bytea[]), unnest($10::integer[]),
    unnest($11::json[]), unnest($12::bytea[]), unnest($13::text[])`;

const FENCES = new Set([FENCE, "event_pkey", "book_pkey"]);

const constraintOf = (error: unknown): string =>
  (error as { constraint?: string } | undefined)?.constraint ?? "";

/**
 * Another writer moved the book's head since the state was known on which a batch was decided: its events
 * are in the way, or the head is not where it was.
 */
export const isFenceFailure = (error: unknown): boolean => FENCES.has(constraintOf(error));

/** The tenant's own book moved on: what was decided by it has to be decided again. */
export const isTenantFenceFailure = (error: unknown): boolean =>
  constraintOf(error) === TENANT_FENCE;

/** A command with the same key is stored: its answer is there. */
export const isRepeatedKey = (error: unknown): boolean =>
  constraintOf(error) === "event_command_key";

const RETRIED_STATES = new Set(["40001", "40P01"]);

/** Nothing was stored, and what is decided anew may be. */
export function isLostRace(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  return (
    isFenceFailure(error) ||
    isTenantFenceFailure(error) ||
    isRepeatedKey(error) ||
    RETRIED_STATES.has(code)
  );
}

/** Events of a book as a batch brings them, between the state before and after. */
export interface DecidedEvents {
  /** None when all that was decided are refusals: those hold if the book still ends at `before`. */
  readonly events: readonly RecordedEvent[];
  readonly before: BookState;
  readonly after: BookState;
}

/** Appends events, which follow each other, where a book ends, without a look at where that is: `moveHead` must follow. */
export async function appendEvents(
  statements: Statements,
  { tenantId, bookId }: BookId,
  events: readonly RecordedEvent[],
): Promise<void> {
  await statements.query(APPEND, [
    tenantId,
    bookId,
    events[0]?.position ?? 1,
    events.at(-1)?.position ?? 0,
    binaryArray("text", events, ({ type }) => type),
    binaryArray("text", events, ({ actor }) => actor),
    binaryArray("timestamptz", events, ({ recordedAt }) => recordedAt),
    binaryArray("uuid", events, ({ command }) => command?.key),
    binaryArray("bytea", events, ({ command }) => command?.requestHash),
    binaryArray("integer", events, ({ command }) => command?.events),
    binaryArray("json", events, ({ payloadJson }) => payloadJson),
    binaryArray("bytea", events, ({ hash }) => hash),
    binaryArray("text", events, ({ origin }) => origin),
  ]);
}

/** Moves the book's head over the events of a batch, or fails when it is not where the batch starts. */
export async function moveHead(
  statements: Statements,
  { tenantId, bookId }: BookId,
  { before: { head: before }, after: { head: after, digest, tenant } }: DecidedEvents,
): Promise<void> {
  const head = [tenantId, bookId, after.position, after.hash, after.recordedAt, digest.toBuffer()];
  if (before.position === 0) {
    await statements.query(START_BOOK, head);
    await checkTenant(statements, tenantId, tenant);
    return;
  }
  const moved = [...head, before.position, before.hash];
  await (tenant === undefined
    ? statements.query(MOVE_HEAD, moved)
    : statements.query(MOVE_HEAD_BESIDE_TENANT, [
        ...moved,
        tenantBookOf(tenantId),
        tenant.head.position,
      ]));
}

/** Fails unless the book still ends where it was thought to: refusals, too, must come from its newest state. */
export async function checkHead(
  statements: Statements,
  { tenantId, bookId }: BookId,
  { after: { head, tenant } }: DecidedEvents,
): Promise<void> {
  await (head.position === 0
    ? statements.query(FIND_NO_BOOK, [tenantId, bookId])
    : statements.query(FIND_HEAD, [tenantId, bookId, head.position, head.hash]));
  await checkTenant(statements, tenantId, tenant);
}

// Behind the lock that precedes it, so that it sees every limit whose request was answered before.
async function checkTenant(
  statements: Statements,
  tenantId: string,
  tenant: BookState | undefined,
): Promise<void> {
  if (tenant === undefined) return;
  await statements.query(FIND_TENANT, [tenantId, tenantBookOf(tenantId), tenant.head.position]);
}

/**
 * With the tenant's id, the text behind the id of its own book. Stored with every such book: it must stay byte
 * for byte.
 */
const TENANT_BOOK_NAME = "house";

/** The tenant's own book: it has no fund, and holds what the tenant decides for all of them. */
export function tenantBookOf(tenantId: string): string {
  let id = tenantBooks.get(tenantId);
  if (id === undefined)
    tenantBooks.set(tenantId, (id = uuidOfText(`${TENANT_BOOK_NAME} ${tenantId}`)));
  return id;
}

const tenantBooks = new Map<string, string>();

// OFFSET 0 keeps the planner from joining the whole table: each answer is one index scan.
const FIND_ANSWERS = `
  SELECT first.command_key, encode(first.request_hash, 'hex') AS request_hash, e.type, e.position, e.recorded_at, e.payload
  FROM unnest($3::uuid[]) AS wanted (key)
  CROSS JOIN LATERAL (
    SELECT command_key, request_hash, position, command_events FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND command_key = wanted.key OFFSET 0
  ) first
  CROSS JOIN LATERAL (
    SELECT type, position, recorded_at, payload FROM event
    WHERE tenant_id = $1 AND book_id = $2
      AND position >= first.position AND position < first.position + first.command_events
    ORDER BY position OFFSET 0
  ) e
  ORDER BY e.position`;

interface AnswerRow extends PublishedRow {
  readonly command_key: string;
  readonly request_hash: string;
}

/** An event as it is read to be published. */
export interface PublishedRow {
  readonly type: string;
  readonly position: string;
  readonly recorded_at: Date;
  readonly payload: object;
}

/** The first answers stored under these keys, by key. */
export async function findAnswers(
  model: Model,
  statements: Statements,
  book: BookId,
  keys: readonly string[],
): Promise<Map<string, Answer>> {
  const answers = new Map<string, { requestHash: string; events: PublishedEvent[] }>();
  if (keys.length === 0) return answers;
  const { rows } = await statements.query<AnswerRow>(FIND_ANSWERS, [
    book.tenantId,
    book.bookId,
    [...new Set(keys)],
  ]);
  for (const row of rows) {
    const answer = answers.get(row.command_key) ?? { requestHash: row.request_hash, events: [] };
    answer.events.push(toPublished(row));
    answers.set(row.command_key, answer);
  }
  const found = [...answers.values()].map(({ events }) => events);
  for (const followUp of model.followUps) await followUp(statements, book, found);
  return answers;
}

export const toPublished = (row: PublishedRow): PublishedEvent => ({
  type: row.type,
  position: Number(row.position),
  recordedAt: row.recorded_at,
  payload: row.payload,
});

const FIND_PLACE = `
  SELECT FROM event WHERE tenant_id = $1 AND book_id = $2 AND position = $3 AND hash = decode($4, 'hex')`;

/** A position and the hash of its event, hexadecimal. */
export interface LogPlace {
  readonly position: number;
  readonly hash: string;
}

/** The place among those given whose event is in the log. */
export async function findPlace<Place extends LogPlace>(
  statements: Statements,
  { tenantId, bookId }: BookId,
  places: readonly Place[],
): Promise<Place | undefined> {
  for (const place of places) {
    const parameters = [tenantId, bookId, place.position, place.hash];
    const { rowCount } = await statements.query(FIND_PLACE, parameters);
    if (rowCount === 1) return place;
  }
  return undefined;
}
