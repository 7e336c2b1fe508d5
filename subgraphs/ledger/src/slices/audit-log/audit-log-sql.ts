import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { Stores } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { findActor } from "./actor-blocks.ts";
import { toAuditLogEntry, type AuditLogEntryObject, type AuditLogRow } from "./audit-log-object.ts";

export interface AuditLogFilter {
  readonly actor: string | null;
  readonly from: Date | null;
  /** Up to and including. */
  readonly to: Date | null;
}

// Recorded time never runs backwards in a book, so halving finds a time in a few steps, without an index.
const FIND_PLACE = `
  WITH RECURSIVE halved (low, high) AS (
    SELECT 1::bigint, position + 1 FROM book WHERE tenant_id = $1 AND id = $2
    UNION ALL
    SELECT CASE WHEN is_before THEN middle + 1 ELSE low END, CASE WHEN is_before THEN high ELSE middle END
    FROM (
      SELECT low, high, (low + high) / 2 AS middle,
        (SELECT e.recorded_at < $3 OR ($4 AND e.recorded_at = $3) FROM event e
         WHERE e.tenant_id = $1 AND e.book_id = $2 AND e.position = (low + high) / 2) AS is_before
      FROM halved WHERE low < high
    ) step
  )
  SELECT max(low) AS position FROM halved`;

/** The first position recorded at a time or later; with `past`, later only. */
export async function findPlace(
  pool: TenantReads,
  { tenantId, bookId }: BookId,
  time: Date,
  past: boolean,
): Promise<number> {
  const parameters = [tenantId, bookId, time, past] as const;
  const { rows } = await pool.query<{ position: string | null }>(FIND_PLACE, parameters);
  return Number(rows[0]?.position ?? 1);
}

const COLUMNS = "e.book_id, e.position, e.type, e.recorded_at, e.actor, e.origin, e.payload";

const READ_PAGE = `
  SELECT ${COLUMNS} FROM event e
  WHERE e.tenant_id = $1 AND e.book_id = $2 AND e.position >= $3 AND e.position < $4
  ORDER BY e.position DESC LIMIT $5`;

const READ_AT = `
  SELECT ${COLUMNS} FROM unnest($3::bigint[]) AS p (position)
  CROSS JOIN LATERAL (
    SELECT * FROM event WHERE tenant_id = $1 AND book_id = $2 AND position = p.position OFFSET 0
  ) e
  ORDER BY e.position DESC`;

/** What was recorded in a book, newest first; one more than `first`. */
export async function readAuditLogPage(
  { pool, projectionsMoved }: Pick<Stores, "pool" | "projectionsMoved">,
  book: BookId,
  { actor, from, to }: AuditLogFilter,
  { first, after }: PageRequest,
): Promise<AuditLogEntryObject[]> {
  const [before] = typeof after === "string" ? decodeCursor(after, 1) : [Number.MAX_SAFE_INTEGER];
  if (!Number.isSafeInteger(before)) throw invalidInput("after", "is not a cursor of this list");
  const low = from === null ? 1 : await findPlace(pool, book, from, false);
  const high = to === null ? Number.MAX_SAFE_INTEGER : await findPlace(pool, book, to, true);
  const end = Math.min(high, Number(before));
  const { tenantId, bookId } = book;
  if (actor === null) {
    const parameters = [tenantId, bookId, low, end, first + 1] as const;
    const { rows } = await pool.query<AuditLogRow>(READ_PAGE, parameters);
    return rows.map(toAuditLogEntry);
  }
  const reading = { reads: pool, book, projectionsMoved };
  const positions = await findActor(reading, actor, { from: low, to: end - 1 }, first + 1);
  if (positions.length === 0) return [];
  const parameters = [tenantId, bookId, positions] as const;
  const { rows } = await pool.query<AuditLogRow>(READ_AT, parameters);
  return rows.map(toAuditLogEntry);
}
