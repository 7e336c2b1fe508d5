import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  PAGE_EVENTS,
  RANGE_COLUMNS,
  byPlace,
  cutPage,
  placeBehind,
  readSlices,
  toFeedEvent,
  type FeedPage,
  type PlacedEvent,
  type Range,
  type Slice,
} from "./feed-page.ts";
import { FEED_START, type FeedPlace, type HashedPlace } from "./feed-place.ts";
import type { OrderReads } from "../tenancy/order-pool.ts";

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

const readRangesOfAll = (condition: string): string => `
  SELECT ${RANGE_COLUMNS} FROM feed
  WHERE seq >= $1 AND ($2::uuid IS NULL OR book_id = $2) ${condition}
  ORDER BY seq LIMIT ${PAGE_EVENTS + 1}`;

const READ_RANGES_OF_ALL = readRangesOfAll("");
// What tenants brought along from another database is read there.
const READ_OWN_RANGES = readRangesOfAll(
  "AND NOT EXISTS (SELECT FROM feed_copy c WHERE c.seq = feed.seq)",
);

/**
 * The next events of every tenant after a place. The feed has one order over all tenants, which alone
 * is read across them; the events are then read of each tenant as that tenant, from `contents` where they
 * may be in another database.
 */
export async function readEveryTenant(
  pool: OrderReads,
  fundId: string | undefined,
  after: FeedPlace,
  contents?: TenantReads,
): Promise<FeedPage> {
  const sql = contents === undefined ? READ_RANGES_OF_ALL : READ_OWN_RANGES;
  const ranges = await pool.queryOrder<Range>(sql, [after.seq, fundId ?? null]);
  const slices = cutPage(ranges, after);
  const last = slices.at(-1);
  if (last === undefined) return { events: [], place: after, full: false };
  const placed: PlacedEvent[] = [];
  for (const [tenantId, own] of Map.groupBy(slices, (slice: Slice) => slice.tenantId)) {
    const found = await readSlices(contents ?? pool, tenantId, own);
    const expected = own.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    // A gap must never look like the end: the tenant is just leaving the database that was read.
    if (found.length !== expected) throw new Error("events of the feed are missing");
    placed.push(...found);
  }
  const events = placed
    .sort(byPlace)
    .map(({ place, event }) => toFeedEvent({ event, place: marked(place) }));
  return { events, place: marked(placeBehind(last)), full: events.length === PAGE_EVENTS };
}

const marked = (place: HashedPlace): HashedPlace => ({ ...place, ofEveryTenant: true });

const OTHERS_BEFORE = `
  SELECT EXISTS (
    SELECT FROM feed WHERE seq <= $1
      AND tenant_id <> (SELECT tenant_id FROM feed ORDER BY seq LIMIT 1)
  ) AS passed`;

/**
 * Where to go on of every tenant. A place that was reached with the events of one tenant only may have
 * passed over those of others: unless there are none, it starts anew, and a repeat is known by its
 * position in its book.
 */
export async function placeOfEveryTenant(pool: OrderReads, place: FeedPlace): Promise<FeedPlace> {
  if (place.seq === 0 || place.ofEveryTenant === true) return place;
  const [row] = await pool.queryOrder<{ passed: boolean }>(OTHERS_BEFORE, [place.seq]);
  return row?.passed === true ? FEED_START : place;
}
