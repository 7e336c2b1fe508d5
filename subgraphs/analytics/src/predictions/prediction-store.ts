import type { TenantReads } from "@allfunds/platform/tenancy";
import type { StoredCategory } from "../categories/stored-category.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

export interface Suggestion extends StoredCategory {
  readonly position: number;
  /** ISO calendar date. */
  readonly effectiveDate: string;
  readonly description: string;
}

// A plain statement, not the mapper, which takes longer for a page than all else of the request. Of the column and its
// number in the answer, which have one name, the order is the column's: only that one has an index.
export const TO_REVIEW = `
  SELECT transaction_id AS "transactionId", position::float8 AS position, effective_date::text AS "effectiveDate",
    description, category, confidence, source, model, evidence, needs_review AS "needsReview",
    categorised_at AS "categorisedAt", change_id AS "changeId"
  FROM movement WHERE tenant_id = $1 AND fund_id = $2 AND needs_review AND position < $3
  ORDER BY movement.position DESC LIMIT $4`;

/** Categories of a fund that wait for a person, newest first, before a position. */
export async function listSuggestions(
  reads: TenantReads,
  tenantId: string,
  { fundId, before, limit }: { fundId: string; before: number | null; limit: number },
): Promise<Suggestion[]> {
  const parameters = [tenantId, fundId, before ?? Number.MAX_SAFE_INTEGER, limit] as const;
  const byIndex = { prepared: true, plannedOnce: true } as const;
  return (await reads.query<Suggestion>(TO_REVIEW, parameters, byIndex)).rows;
}

export interface CategoryTotal {
  readonly category: CategoryCode;
  readonly currency: string;
  readonly inflowMinor: string;
  readonly outflowMinor: string;
  readonly transactions: number;
}

/** What movements are counted by: a split line by line, anything else as a whole. */
export const MOVED_PARTS = `movement m CROSS JOIN LATERAL (
    SELECT m.category, m.currency, m.direction, m.amount_minor AS minor WHERE m.lines IS NULL
    UNION ALL
    SELECT category, currency, direction, "amountMinor" FROM jsonb_to_recordset(m.lines)
      AS line (category text, currency text, direction text, "amountMinor" numeric)
    WHERE m.lines IS NOT NULL) part`;

const TOTALS = `
  SELECT part.category, part.currency, count(DISTINCT transaction_id)::int AS transactions,
    coalesce(sum(part.minor) FILTER (WHERE part.direction = 'IN'), 0)::text AS "inflowMinor",
    coalesce(sum(part.minor) FILTER (WHERE part.direction = 'OUT'), 0)::text AS "outflowMinor"
  FROM ${MOVED_PARTS}
  WHERE tenant_id = $1 AND fund_id = $2 AND m.direction <> 'NONE' AND part.direction <> 'NONE'
    AND ($3::date IS NULL OR effective_date >= $3) AND ($4::date IS NULL OR effective_date <= $4)
  GROUP BY part.category, part.currency
  ORDER BY sum(part.minor) FILTER (WHERE part.direction = 'OUT') DESC NULLS LAST, part.category, part.currency`;

/** What came in and went out per category and currency between two dates, both included. */
export async function totalsByCategory(
  reads: TenantReads,
  tenantId: string,
  span: { readonly fundId: string; readonly from: string | null; readonly to: string | null },
): Promise<CategoryTotal[]> {
  const { rows } = await reads.query<CategoryTotal>(TOTALS, [
    tenantId,
    span.fundId,
    span.from,
    span.to,
  ]);
  return rows;
}
