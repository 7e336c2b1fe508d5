import type { TenantOrm, TenantReads } from "@allfunds/platform/tenancy";
import type { StoredCategory } from "../categories/category-store.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import type { MovementEntities } from "../movements/movement-entity.ts";

export interface Suggestion extends StoredCategory {
  readonly position: number;
}

/** Categories of a fund that wait for a person, newest first, before a position. */
export const listSuggestions = (
  orm: TenantOrm<MovementEntities>,
  tenantId: string,
  { fundId, before, limit }: { fundId: string; before: number | null; limit: number },
): Promise<Suggestion[]> =>
  orm.as(tenantId, (em, { MovementEntity }) =>
    em.find(
      MovementEntity,
      {
        tenantId,
        fundId,
        needsReview: true,
        ...(before === null ? {} : { position: { $lt: before } }),
      },
      { orderBy: { position: "desc" }, limit },
    ),
  );

export interface CategoryTotal {
  readonly category: CategoryCode;
  readonly currency: string;
  readonly inflowMinor: string;
  readonly outflowMinor: string;
  readonly transactions: number;
}

const TOTALS = `
  SELECT category, currency, count(*)::int AS transactions,
    coalesce(sum(amount_minor) FILTER (WHERE direction = 'IN'), 0)::text AS "inflowMinor",
    coalesce(sum(amount_minor) FILTER (WHERE direction = 'OUT'), 0)::text AS "outflowMinor"
  FROM movement
  WHERE tenant_id = $1 AND fund_id = $2 AND direction <> 'NONE'
    AND ($3::date IS NULL OR effective_date >= $3) AND ($4::date IS NULL OR effective_date <= $4)
  GROUP BY category, currency
  ORDER BY sum(amount_minor) FILTER (WHERE direction = 'OUT') DESC NULLS LAST, category, currency`;

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
