import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BookId } from "../../engine/book.ts";
import type { PageRequest } from "../../graph/page-args.ts";
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

const READ_PAGE = `
  SELECT book_id, position, type, recorded_at, actor, origin, payload FROM event
  WHERE tenant_id = $1 AND book_id = $2 AND position >= $3 AND position < $4
    AND ($5::text IS NULL OR actor = $5)
  ORDER BY position DESC LIMIT $6`;

/** What was recorded in a book, newest first; one more than `first`. */
export async function readAuditLogPage(
  pool: TenantReads,
  book: BookId,
  { actor, from, to }: AuditLogFilter,
  { first, after }: PageRequest,
): Promise<AuditLogEntryObject[]> {
  const [before] = typeof after === "string" ? decodeCursor(after, 1) : [Number.MAX_SAFE_INTEGER];
  if (!Number.isSafeInteger(before)) throw invalidInput("after", "is not a cursor of this list");
  const low = from === null ? 1 : await findPlace(pool, book, from, false);
  const high = to === null ? Number.MAX_SAFE_INTEGER : await findPlace(pool, book, to, true);
  const end = Math.min(high, Number(before));
  const parameters = [book.tenantId, book.bookId, low, end, actor, first + 1] as const;
  const { rows } = await pool.query<AuditLogRow>(READ_PAGE, parameters);
  return rows.map(toAuditLogEntry);
}
