import { AppError, decodeCursor, encodeCursor, invalidInput } from "@allfunds/platform";
import type { TenantReads } from "../tenancy/tenant-pool.ts";

/** A place in the feed: so many events of the range with this sequence number have been taken. */
export interface FeedPlace {
  readonly seq: number;
  readonly taken: number;
  /** Everything before it was taken of every tenant, not of one alone. */
  readonly ofEveryTenant?: true;
}

export const FEED_START: FeedPlace = { seq: 0, taken: 0 };

// The head belongs to no tenant; asking for it as one keeps every read the same.
const READ_HEAD = `SELECT seq FROM feed_head WHERE $1::uuid IS NOT NULL`;

const EVERY_TENANT_MARK = "*";

export const encodePlace = ({ seq, taken, ofEveryTenant }: FeedPlace): string =>
  encodeCursor(ofEveryTenant === true ? [seq, taken, EVERY_TENANT_MARK] : [seq, taken]);

/** Reads a cursor of the feed; one that a feed which ends at `head` has never given out is INVALID_INPUT. */
export function decodePlace(cursor: string, head: FeedPlace): FeedPlace {
  const [seq, taken, mark] = valuesOf(cursor);
  if (
    !isCount(seq) ||
    !isCount(taken) ||
    seq > head.seq ||
    (mark !== undefined && mark !== EVERY_TENANT_MARK)
  ) {
    throw invalidInput("after", "is not a cursor of this feed");
  }
  return { seq, taken, ...(mark === undefined ? {} : { ofEveryTenant: true }) };
}

function valuesOf(cursor: string): (string | number)[] {
  try {
    return decodeCursor(cursor, 2);
  } catch {
    return decodeCursor(cursor, 3);
  }
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
