import type { TenantReads } from "../tenancy/tenant-pool.ts";
import {
  cutPage,
  PAGE_EVENTS,
  placeBehind,
  RANGE_COLUMNS,
  readSlices,
  toFeedEvent,
  type FeedPage,
  type Range,
} from "./feed-page.ts";
import type { FeedPlace } from "./feed-place.ts";

const readRanges = (ofFund: string): string => `
  SELECT ${RANGE_COLUMNS} FROM feed
  WHERE tenant_id = $1 AND seq >= $2 ${ofFund}
  ORDER BY seq LIMIT ${PAGE_EVENTS + 1}`;

const READ_RANGES = readRanges("");
const READ_RANGES_OF_FUND = readRanges("AND book_id = $3");

/** The next events of a tenant after a place, of one fund only when given; at most a page of them. */
export async function readFeed(
  pool: TenantReads,
  tenantId: string,
  fundId: string | undefined,
  after: FeedPlace,
): Promise<FeedPage> {
  const { rows: ranges } =
    fundId === undefined
      ? await pool.query<Range>(READ_RANGES, [tenantId, after.seq], { prepared: true })
      : await pool.query<Range>(READ_RANGES_OF_FUND, [tenantId, after.seq, fundId], {
          prepared: true,
        });
  const slices = cutPage(ranges, after);
  const last = slices.at(-1);
  if (last === undefined) return { events: [], place: after, full: false };
  const events = (await readSlices(pool, tenantId, slices)).map(toFeedEvent);
  return { events, place: placeBehind(last), full: events.length === PAGE_EVENTS };
}
