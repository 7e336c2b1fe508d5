import { AppError } from "@allfunds/contract/errors";
import {
  decodePlace,
  FEED_START,
  notACursor,
  type FeedPlace,
  type HashedPlace,
} from "./feed-place.ts";
import type { OrderReads } from "../tenancy/order-pool.ts";

const READ_HEAD = `SELECT seq, encode(hash, 'hex') AS hash FROM feed_head`;

/** The end of the feed: everything that has a place now has been taken. */
export async function feedHead(order: OrderReads): Promise<HashedPlace> {
  const [row] = await order.queryOrder<{ seq: string; hash: string }>(READ_HEAD, []);
  if (row === undefined) throw new AppError("INTERNAL_ERROR", "The feed has no head.");
  return { seq: Number(row.seq), taken: Number.MAX_SAFE_INTEGER, hash: row.hash };
}

const READ_END = `
  SELECT h.seq, encode(h.hash, 'hex') AS hash,
         COALESCE(f.to_position - f.from_position + 1, 0) AS length
  FROM feed_head h LEFT JOIN feed f ON f.seq = h.seq`;

/** The same as a place that can be issued as a cursor of every tenant. */
export async function feedEnd(order: OrderReads): Promise<HashedPlace> {
  const [row] = await order.queryOrder<{ seq: string; hash: string; length: string }>(READ_END, []);
  if (row === undefined) throw new AppError("INTERNAL_ERROR", "The feed has no head.");
  const { seq, hash, length } = row;
  return { seq: Number(seq), taken: Number(length), hash, ofEveryTenant: true };
}

const READ_PLACE = `
  SELECT h.seq AS head, h.unhashed_seq, encode(f.hash, 'hex') AS hash,
         f.to_position - f.from_position + 1 AS length
  FROM feed_head h LEFT JOIN feed f ON f.seq = $1`;

interface PlaceRow {
  readonly head: string;
  readonly unhashed_seq: string;
  /** Null when the feed has no such range. */
  readonly hash: string | null;
  readonly length: string | null;
}

/** The place that a cursor of this log names; CURSOR_OF_ANOTHER_LOG when another history led to it. */
export const placeOf = (order: OrderReads, cursor: string): Promise<FeedPlace> =>
  checkedPlace(order, decodePlace(cursor));

/** The same of a place that is decoded already. */
export async function checkedPlace(order: OrderReads, place: FeedPlace): Promise<FeedPlace> {
  // Before the first event all histories are one.
  if (place.seq === 0) return FEED_START;
  const { hash, length } = await checkPlace(order, place);
  if (place.taken <= length) return { ...place, hash };
  throw place.hash === undefined ? ofAnotherLog(place, `range of ${length} events`) : notACursor();
}

/**
 * Refuses a place that this log did not lead to: a ledger restored from a backup, or from a replica that was
 * behind, gives out the same sequence numbers again, for other events.
 */
export async function checkPlace(
  order: OrderReads,
  place: FeedPlace,
): Promise<{ readonly hash: string; readonly length: number }> {
  const [row] = await order.queryOrder<PlaceRow>(READ_PLACE, [place.seq]);
  if (row === undefined) throw new AppError("INTERNAL_ERROR", "The feed has no head.");
  const { head, hash, length } = row;
  if (hash === null) throw ofAnotherLog(place, `the feed ends at ${head}`);
  if (place.hash !== undefined && place.hash !== hash) throw ofAnotherLog(place, `hash ${hash}`);
  // Since the feed is hashed, it has issued no cursor without one.
  if (place.hash === undefined && place.seq > Number(row.unhashed_seq)) {
    throw ofAnotherLog(place, `every cursor behind ${row.unhashed_seq} has a hash`);
  }
  return { hash, length: Number(length) };
}

const READ_LOG = `SELECT log_id FROM feed_head`;

/** The id of the log, which a restored copy keeps. */
export async function logOf(order: OrderReads): Promise<string> {
  const [row] = await order.queryOrder<{ log_id: string }>(READ_LOG, []);
  if (row === undefined) throw new AppError("INTERNAL_ERROR", "The feed has no head.");
  return row.log_id;
}

export const ofAnotherLog = ({ seq, taken, hash }: FeedPlace, found: string): AppError =>
  new AppError(
    "CURSOR_OF_ANOTHER_LOG",
    "after: this cursor is of another history of the ledger, which was restored or replaced; discard what was read from the feed and read it again from the start.",
    { detail: `cursor at ${seq}, ${taken} taken, hash ${hash ?? "none"}; here: ${found}` },
  );
