import type { EventPayload } from "../books/event-payload.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";
import { encodePlace, type FeedPlace } from "./feed-place.ts";

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

export const PAGE_EVENTS = 500;

/** A stretch of a book with its place in the feed's order. */
export interface Range {
  readonly seq: string;
  readonly tenant_id: string;
  readonly book_id: string;
  readonly from_position: string;
  readonly to_position: string;
}

/** What a page takes of a range. */
export interface Slice {
  readonly seq: number;
  readonly tenantId: string;
  readonly bookId: string;
  /** First position of the whole range, from which `taken` counts. */
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

/** Cuts ranges down to what is not taken yet and fits into a page. */
export function cutPage(ranges: readonly Range[], after: FeedPlace): Slice[] {
  const slices: Slice[] = [];
  let room = PAGE_EVENTS;
  for (const range of ranges) {
    const seq = Number(range.seq);
    const first = Number(range.from_position);
    const from = seq === after.seq ? first + after.taken : first;
    const to = Math.min(Number(range.to_position), from + room - 1);
    if (to < from) continue;
    slices.push({ seq, tenantId: range.tenant_id, bookId: range.book_id, first, from, to });
    room -= to - from + 1;
    if (room === 0) break;
  }
  return slices;
}

/** The place behind a page's last slice. */
export const placeBehind = ({ seq, first, to }: Slice): FeedPlace => ({
  seq,
  taken: to - first + 1,
});

interface EventRow {
  readonly seq: string;
  readonly first: string;
  readonly book_id: string;
  readonly position: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly payload: EventPayload;
}

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

/** An event and where it stands. */
export interface PlacedEvent {
  readonly place: FeedPlace;
  readonly event: Omit<FeedEvent, "cursor">;
}

/** The events of one tenant's slices, in feed order. */
export async function readSlices(
  pool: TenantReads,
  tenantId: string,
  slices: readonly Slice[],
): Promise<PlacedEvent[]> {
  const { rows } = await pool.query<EventRow>(READ_EVENTS, [
    tenantId,
    slices.map(({ seq }) => seq),
    slices.map(({ bookId }) => bookId),
    slices.map(({ first }) => first),
    slices.map(({ from }) => from),
    slices.map(({ to }) => to),
  ]);
  return rows.map((row) => ({
    place: { seq: Number(row.seq), taken: Number(row.position) - Number(row.first) + 1 },
    event: {
      tenantId,
      fundId: row.book_id,
      position: Number(row.position),
      type: row.type,
      recordedAt: row.recorded_at,
      payload: row.payload,
    },
  }));
}

export const toFeedEvent = ({ place, event }: PlacedEvent): FeedEvent => ({
  ...event,
  cursor: encodePlace(place),
});
