import { AppError, invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { toHoldObject, type HoldObject, type HoldRow } from "./hold-object.ts";
import type { PageRequest } from "../../graph/page-args.ts";

const SELECT_HOLDS = `
  SELECT h.id, h.book_id, h.position, h.captured::text, h.remaining::text, h.status, h.expires_at,
         e.recorded_at, e.payload
  FROM hold h JOIN event e USING (tenant_id, book_id, position)`;

const READ_ONE = `${SELECT_HOLDS} WHERE h.tenant_id = $1 AND h.id = $2`;

const READ_PAGE = `${SELECT_HOLDS}
  WHERE h.tenant_id = $1 AND h.account_id = $2 AND ($3::bigint IS NULL OR h.position < $3)
  ORDER BY h.position DESC LIMIT $4`;

/** Whose holds, and as of when: expiry depends on it. */
interface HoldReader {
  readonly tenantId: string;
  readonly now: Date;
}

export async function readHold(
  pool: TenantReads,
  { tenantId, now }: HoldReader,
  id: string,
): Promise<HoldObject | null> {
  if (!isId(id)) return null;
  const { rows } = await pool.query<HoldRow>(READ_ONE, [tenantId, id]);
  const [row] = rows;
  return row === undefined ? null : toHoldObject(row, now);
}

export async function requireHold(
  pool: TenantReads,
  reader: HoldReader,
  id: string,
): Promise<HoldObject> {
  const hold = await readHold(pool, reader, id);
  if (hold === null) throw new AppError("HOLD_NOT_FOUND", `There is no hold ${id.slice(0, 80)}.`);
  return hold;
}

/** An account's holds, newest first; one more than `first`, to show that more follow. */
export async function readHoldPage(
  pool: TenantReads,
  { tenantId, now }: HoldReader,
  accountId: string,
  { first, after }: PageRequest,
): Promise<HoldObject[]> {
  const [position] = typeof after === "string" ? decodeCursor(after, 1) : [null];
  if (position !== null && !Number.isSafeInteger(position)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  const parameters = [tenantId, accountId, position, first + 1] as const;
  const { rows } = await pool.query<HoldRow>(READ_PAGE, parameters);
  return rows.map((row) => toHoldObject(row, now));
}

const SUM_DUE = `
  SELECT coalesce(sum(remaining), 0)::text AS due FROM hold
  WHERE tenant_id = $1 AND account_id = $2 AND status = 'ACTIVE' AND expires_at <= $3`;

/** Minor units of holds on the account whose time is over though that is not recorded yet. */
export async function readDueMinor(
  pool: TenantReads,
  { tenantId, now }: HoldReader,
  accountId: string,
): Promise<bigint> {
  const { rows } = await pool.query<{ due: string }>(SUM_DUE, [tenantId, accountId, now]);
  return BigInt(rows[0]?.due ?? 0);
}
