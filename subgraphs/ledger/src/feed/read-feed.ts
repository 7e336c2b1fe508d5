import type { TenantReads } from "../tenancy/tenant-pool.ts";
import {
  cutPage,
  PAGE_EVENTS,
  placeBehind,
  readSlices,
  toFeedEvent,
  type FeedPage,
  type Range,
} from "./feed-page.ts";
import type { FeedPlace } from "./feed-place.ts";

const READ_RANGES = `
  SELECT seq, tenant_id, book_id, from_position, to_position FROM feed
  WHERE tenant_id = $1 AND seq >= $2 AND ($3::uuid IS NULL OR book_id = $3)
  ORDER BY seq LIMIT ${PAGE_EVENTS + 1}`;

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
  const events = (await readSlices(pool, tenantId, slices)).map(toFeedEvent);
  return { events, place: placeBehind(last), full: events.length === PAGE_EVENTS };
}
