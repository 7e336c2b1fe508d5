import type { TenantReads } from "@allfunds/platform/tenancy";

const READ_CLOSINGS = `
  SELECT e.account_id AS id, sum(e.amount)::text AS amount
  FROM closed_year y CROSS JOIN LATERAL unnest(ARRAY[y.position, y.reopened_position]) AS p (position)
  JOIN entry e ON e.tenant_id = y.tenant_id AND e.book_id = y.book_id AND e.position = p.position
  WHERE y.tenant_id = $1 AND y.book_id = $2 AND p.position <= $3
    AND y.to_date > $4::date AND y.to_date <= $5::date
  GROUP BY e.account_id`;

/** The day before every year, as `since`. */
export const BEFORE_ALL_YEARS = "-infinity";

/** What closings of years behind `since` and up to a point moved, and took back, as debits less credits, by account. */
export async function readClosings(
  reads: TenantReads,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  since: string,
  until: { readonly asOf: string; readonly knownAt: number },
): Promise<Map<string, bigint>> {
  const { rows } = await reads.query<{ id: string; amount: string }>(READ_CLOSINGS, [
    tenantId,
    fundId,
    until.knownAt,
    since,
    until.asOf,
  ]);
  return new Map(rows.map(({ id, amount }) => [id, BigInt(amount)]));
}
