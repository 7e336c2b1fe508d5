import type { TenantReads } from "@allfunds/platform/tenancy";
import type { PublishedEvent } from "../engine/book.ts";
import { encodePlace, hashed, type FeedPlace, type HashedPlace } from "./feed-place.ts";

/** An event at its place in the feed. As JSON it is all but its cursor. */
export class FeedEvent {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
  readonly type: string;
  /** RFC 3339 in UTC: as text, or it would be written anew for each who follows. */
  readonly recordedAt: string;
  readonly payload: object;
  readonly #place: HashedPlace;

  constructor({ place, event }: PlacedEvent) {
    this.tenantId = event.tenantId;
    this.fundId = event.fundId;
    this.position = event.position;
    this.type = event.type;
    this.recordedAt = event.recordedAt.toISOString();
    this.payload = event.payload;
    this.#place = place;
  }

  /** Made on request; most clients use the cursor of their page. */
  get cursor(): string {
    return encodePlace(this.#place);
  }

  /** Not a field: as JSON an event has no place. */
  get place(): HashedPlace {
    return this.#place;
  }

  /** The same event at the place of a feed that it became part of. */
  at(place: FeedPlace): FeedEvent {
    const { tenantId, fundId, position, type, payload } = this;
    const recordedAt = new Date(this.recordedAt);
    const event = { tenantId, fundId, position, type, recordedAt, payload };
    return new FeedEvent({ place: hashed(place), event });
  }
}

export interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly place: FeedPlace;
  /** No more than a page was read: what follows can be read at once. */
  readonly full: boolean;
}

export const PAGE_EVENTS = 500;

/** Columns of `Range`. */
export const RANGE_COLUMNS = `
  seq, tenant_id, book_id, from_position, to_position, encode(hash, 'hex') AS hash`;

/** A range of a book with its place in the feed's order. */
export interface Range {
  readonly seq: string;
  readonly tenant_id: string;
  readonly book_id: string;
  readonly from_position: string;
  readonly to_position: string;
  readonly hash: string;
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
  /** The whole range's. */
  readonly hash: string;
}

/** Cuts ranges down to what is not taken yet and fits into a page. */
export function cutPage(ranges: readonly Range[], after: FeedPlace): Slice[] {
  const slices: Slice[] = [];
  let capacity = PAGE_EVENTS;
  for (const range of ranges) {
    const seq = Number(range.seq);
    const first = Number(range.from_position);
    const from = seq === after.seq ? first + after.taken : first;
    const to = Math.min(Number(range.to_position), from + capacity - 1);
    if (to < from) continue;
    const { tenant_id: tenantId, book_id: bookId, hash } = range;
    slices.push({ seq, tenantId, bookId, first, from, to, hash });
    capacity -= to - from + 1;
    if (capacity === 0) break;
  }
  return slices;
}

/** The place behind a page's last slice. */
export const placeBehind = ({ seq, first, to, hash }: Slice): HashedPlace => ({
  seq,
  taken: to - first + 1,
  hash,
});

interface EventRow {
  /** Which slice it is of, from 1. */
  readonly nth: number;
  readonly position: string;
  readonly type: string;
  readonly recorded_ms: number;
  readonly payload: object;
}

// OFFSET 0 keeps the planner from joining the whole table: each slice is one index scan, and what is
// scanned in order needs no sorting. What the slices have already is not repeated with every event.
const READ_EVENTS = `
  SELECT r.nth::integer, e.position, e.type, e.recorded_ms, e.payload
  FROM ROWS FROM (unnest($2::uuid[]), unnest($3::bigint[]), unnest($4::bigint[])) WITH ORDINALITY
    AS r (book_id, from_position, to_position, nth)
  CROSS JOIN LATERAL (
    SELECT position, type, date_part('epoch', recorded_at) * 1000 AS recorded_ms, payload
    FROM event
    WHERE tenant_id = $1 AND book_id = r.book_id
      AND position BETWEEN r.from_position AND r.to_position
    ORDER BY position OFFSET 0
  ) e`;

/** An event and where it stands. */
export interface PlacedEvent {
  readonly place: HashedPlace;
  readonly event: PublishedEvent & { readonly tenantId: string; readonly fundId: string };
}

/** The events of one tenant's slices, in feed order. */
export async function readSlices(
  pool: TenantReads,
  tenantId: string,
  slices: readonly Slice[],
): Promise<PlacedEvent[]> {
  const { rows } = await pool.query<EventRow>(
    READ_EVENTS,
    [
      tenantId,
      slices.map(({ bookId }) => bookId),
      slices.map(({ from }) => from),
      slices.map(({ to }) => to),
    ],
    { prepared: true },
  );
  const placed = rows.map((row) => placeRow(tenantId, slices, row));
  return isInOrder(placed) ? placed : placed.sort(byPlace);
}

function placeRow(tenantId: string, slices: readonly Slice[], row: EventRow): PlacedEvent {
  const slice = slices[row.nth - 1];
  if (slice === undefined) throw new Error("an event was read that is in no slice");
  const position = Number(row.position);
  return {
    place: { seq: slice.seq, taken: position - slice.first + 1, hash: slice.hash },
    event: {
      tenantId,
      fundId: slice.bookId,
      position,
      type: row.type,
      recordedAt: new Date(Math.round(row.recorded_ms)),
      payload: row.payload,
    },
  };
}

/** In feed order. */
export const byPlace = ({ place: a }: PlacedEvent, { place: b }: PlacedEvent): number =>
  a.seq - b.seq || a.taken - b.taken;

// So it comes, but no order is promised.
const isInOrder = (placed: readonly PlacedEvent[]): boolean =>
  placed.every((one, index) => {
    const next = placed[index + 1];
    return next === undefined || byPlace(one, next) < 0;
  });

export const toFeedEvent = (placed: PlacedEvent): FeedEvent => new FeedEvent(placed);
