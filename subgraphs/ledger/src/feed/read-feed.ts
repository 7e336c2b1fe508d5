import { AppError, decodeCursor, encodeCursor, invalidInput } from "@allfunds/platform";
import type { EventPayload } from "../books/event-payload.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";

/** A place in the feed: so many events of the range with this sequence number have been taken. */
export interface FeedPlace {
  readonly seq: number;
  readonly taken: number;
}

export const FEED_START: FeedPlace = { seq: 0, taken: 0 };

/** An event at its place in the feed. */
export interface FeedEvent {
  readonly cursor: string;
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
  readonly type: string;
  readonly recordedAt: Date;
  readonly payload: EventPayload;
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly place: FeedPlace;
  /** No more than a page was read: what follows can be read at once. */
  readonly full: boolean;
}

const PAGE_EVENTS = 500;

const READ_RANGES = `
  SELECT seq, book_id, from_position, to_position FROM feed
  WHERE tenant_id = $1 AND seq >= $2 AND ($3::uuid IS NULL OR book_id = $3)
  ORDER BY seq LIMIT ${PAGE_EVENTS + 1}`;

// OFFSET 0 keeps the planner from joining the whole table: each range is one index scan.
const READ_EVENTS = `
  SELECT r.seq, r.first, e.book_id, e.position, e.type, e.recorded_at, e.payload
  FROM unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[])
    AS r (seq, book_id, first, from_position, to_position)
  CROSS JOIN LATERAL (
    SELECT book_id, position, type, recorded_at, payload FROM event
    WHERE tenant_id = $1 AND book_id = r.book_id
      AND position BETWEEN r.from_position AND r.to_position
    ORDER BY position OFFSET 0
  ) e
  ORDER BY r.seq, e.position`;

// The head belongs to no tenant; asking for it as one keeps every read the same.
const READ_HEAD = `SELECT seq FROM feed_head WHERE $1::uuid IS NOT NULL`;

export const encodePlace = ({ seq, taken }: FeedPlace): string => encodeCursor([seq, taken]);

/** Reads a cursor of the feed; one that this feed has never given out is INVALID_INPUT. */
export async function decodePlace(
  pool: TenantReads,
  tenantId: string,
  cursor: string,
): Promise<FeedPlace> {
  const [seq, taken] = decodeCursor(cursor, 2);
  if (!isCount(seq) || !isCount(taken) || seq > (await feedHead(pool, tenantId)).seq) {
    throw invalidInput("after", "is not a cursor of this feed");
  }
  return { seq, taken };
}

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** The end of the feed: everything that has a place now has been taken. */
export async function feedHead(pool: TenantReads, tenantId: string): Promise<FeedPlace> {
  const { rows } = await pool.query<{ seq: string }>(READ_HEAD, [tenantId]);
  const [row] = rows;
  if (row === undefined) throw new AppError("INTERNAL_ERROR", "The feed has no head.");
  return { seq: Number(row.seq), taken: Number.MAX_SAFE_INTEGER };
}

interface Range {
  readonly seq: string;
  readonly book_id: string;
  readonly from_position: string;
  readonly to_position: string;
}

interface Slice {
  readonly seq: number;
  readonly bookId: string;
  /** First position of the whole range, from which `taken` counts. */
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

interface EventRow {
  readonly seq: string;
  readonly first: string;
  readonly book_id: string;
  readonly position: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly payload: EventPayload;
}

/** The next events of a tenant after a place, of one fund only when given; at most a page of them. */
export async function readFeed(
  pool: TenantReads,
  tenantId: string,
  fundId: string | undefined,
  after: FeedPlace,
): Promise<FeedPage> {
  const { rows: ranges } = await pool.query<Range>(READ_RANGES, [
    tenantId,
    after.seq,
    fundId ?? null,
  ]);
  const slices = cutPage(ranges, after);
  const last = slices.at(-1);
  if (last === undefined) return { events: [], place: after, full: false };

  const { rows } = await pool.query<EventRow>(READ_EVENTS, [
    tenantId,
    slices.map(({ seq }) => seq),
    slices.map(({ bookId }) => bookId),
    slices.map(({ first }) => first),
    slices.map(({ from }) => from),
    slices.map(({ to }) => to),
  ]);
  return {
    events: rows.map((row) => toFeedEvent(tenantId, row)),
    place: { seq: last.seq, taken: last.to - last.first + 1 },
    full: rows.length === PAGE_EVENTS,
  };
}

/** Cuts ranges down to what is not taken yet and fits into a page. */
function cutPage(ranges: readonly Range[], after: FeedPlace): Slice[] {
  const slices: Slice[] = [];
  let room = PAGE_EVENTS;
  for (const range of ranges) {
    const seq = Number(range.seq);
    const first = Number(range.from_position);
    const from = seq === after.seq ? first + after.taken : first;
    const to = Math.min(Number(range.to_position), from + room - 1);
    if (to < from) continue;
    slices.push({ seq, bookId: range.book_id, first, from, to });
    room -= to - from + 1;
    if (room === 0) break;
  }
  return slices;
}

const toFeedEvent = (tenantId: string, row: EventRow): FeedEvent => ({
  cursor: encodePlace({
    seq: Number(row.seq),
    taken: Number(row.position) - Number(row.first) + 1,
  }),
  tenantId,
  fundId: row.book_id,
  position: Number(row.position),
  type: row.type,
  recordedAt: row.recorded_at,
  payload: row.payload,
});
