import { AppError, invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { PeriodObject } from "./period-object.ts";
import type { PageRequest } from "../../graph/page-args.ts";

const COLUMNS = `
  id, book_id, position, from_date::text, to_date::text, closed_at, reopened_at, reopen_reason`;

const READ_ONE = `SELECT ${COLUMNS} FROM period WHERE tenant_id = $1 AND id = $2`;

const READ_PAGE = `
  SELECT ${COLUMNS} FROM period
  WHERE tenant_id = $1 AND book_id = $2 AND ($3::bigint IS NULL OR position < $3)
  ORDER BY position DESC LIMIT $4`;

interface PeriodRow {
  readonly id: string;
  readonly book_id: string;
  readonly position: string;
  readonly from_date: string | null;
  readonly to_date: string;
  readonly closed_at: Date;
  readonly reopened_at: Date | null;
  readonly reopen_reason: string | null;
}

const toObject = (row: PeriodRow): PeriodObject =>
  Object.assign(new PeriodObject(), {
    id: row.id,
    fundId: row.book_id,
    position: Number(row.position),
    from: row.from_date,
    to: row.to_date,
    closedAt: row.closed_at,
    reopenedAt: row.reopened_at,
    reopenReason: row.reopen_reason,
    replayed: false,
  });

/** A period of a fund that the caller may see; undefined when there is none. */
export async function findPeriod(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<PeriodObject | undefined> {
  if (!isId(id)) return undefined;
  const { rows } = await pool.query<PeriodRow>(READ_ONE, [tenantId, id]);
  return rows[0] && toObject(rows[0]);
}

export async function requirePeriod(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<PeriodObject> {
  const found = await findPeriod(pool, tenantId, id);
  if (found !== undefined) return found;
  throw new AppError("PERIOD_NOT_FOUND", `There is no period ${id}.`);
}

/** A fund's periods, the last closed first; one more than `first`, to show that more follow. */
export async function readPeriodPage(
  pool: TenantReads,
  tenantId: string,
  fundId: string,
  { first, after }: PageRequest,
): Promise<PeriodObject[]> {
  const [position] = typeof after === "string" ? decodeCursor(after, 1) : [null];
  if (position !== null && !Number.isSafeInteger(position)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  const parameters = [tenantId, fundId, position, first + 1] as const;
  const { rows } = await pool.query<PeriodRow>(READ_PAGE, parameters);
  return rows.map(toObject);
}
