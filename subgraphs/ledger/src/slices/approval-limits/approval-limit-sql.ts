import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { toLimitObject, type ApprovalLimitObject, type LimitRow } from "./approval-limit-object.ts";
import type { PageRequest } from "../../graph/page-args.ts";

const COLUMNS = "tenant_id, book_id, currency, of_tenant, amount, set_by, set_at";

const READ_PAGE = `
  SELECT * FROM (
    SELECT 'POSTING' AS per, ${COLUMNS} FROM approval_limit
    UNION ALL SELECT 'DAY', ${COLUMNS} FROM day_limit
    UNION ALL SELECT kind, ${COLUMNS} FROM approval_rule WHERE kind <> 'COVERS_OTHERS') AS limits
  WHERE tenant_id = $1 AND amount IS NOT NULL
    AND ($2::uuid IS NULL OR of_tenant OR book_id = $2)
    AND ($3::uuid IS NULL OR (book_id, currency, per) > ($3, $4, $5))
  ORDER BY book_id, currency, per LIMIT $6`;

// Limits of a fund's own: the tenant's stand in its book, where the decision reads them.
const IS_CLOSED = `
  WITH own AS (
    SELECT book_id, currency FROM approval_limit
      WHERE tenant_id = $1 AND NOT of_tenant AND amount IS NOT NULL AND $3 = 'POSTING'
    UNION ALL SELECT book_id, currency FROM day_limit
      WHERE tenant_id = $1 AND NOT of_tenant AND amount IS NOT NULL AND $3 = 'POSTING'
    UNION ALL SELECT book_id, currency FROM approval_rule
      WHERE tenant_id = $1 AND NOT of_tenant AND amount IS NOT NULL AND kind NOT IN ('COVERS_OTHERS', 'IMPORT_DAY')
        AND (kind = 'CHANGE') = ($3 = 'CHANGE'))
  SELECT EXISTS (
    SELECT FROM fund f JOIN approval_rule r ON r.tenant_id = $1 AND r.book_id = f.id
      AND r.kind = 'COVERS_OTHERS' AND r.currency = f.currency
    WHERE f.tenant_id = $1 AND f.currency <> $2
      AND EXISTS (SELECT FROM own WHERE book_id = f.id AND currency = f.currency)
      AND NOT EXISTS (SELECT FROM own WHERE book_id = f.id AND currency = $2)) AS closed`;

/**
 * True where a fund lets no money in a currency pass without approval, because it has limits of its own in its base
 * currency alone: of postings, or of changes.
 */
export async function isClosedInFunds(
  pool: TenantReads,
  tenantId: string,
  currency: string,
  of: "POSTING" | "CHANGE",
): Promise<boolean> {
  if (currency.includes("/")) return false;
  const { rows } = await pool.query<{ closed: boolean }>(IS_CLOSED, [tenantId, currency, of]);
  return rows[0]?.closed === true;
}

/** The limits that are set, of one fund and its tenant when a fund is given; one more than `first`. */
export async function readLimitPage(
  pool: TenantReads,
  tenantId: string,
  fundId: string | null,
  { first, after }: PageRequest,
): Promise<ApprovalLimitObject[]> {
  const [bookId, currency, per] =
    typeof after === "string" ? decodeCursor(after, 3) : [null, null, null];
  if (bookId !== null && (typeof bookId !== "string" || !isId(bookId))) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  const { rows } = await pool.query<LimitRow>(READ_PAGE, [
    tenantId,
    fundId,
    bookId,
    currency === null ? null : String(currency),
    per === null ? null : String(per),
    first + 1,
  ]);
  return rows.map(toLimitObject);
}
