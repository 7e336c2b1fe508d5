import type { Stores } from "../../graph/ledger-context.ts";

// A transaction's entries in the currencies in which it moved cash, all but those on cash itself.
const DIRECT = `
  WITH cash AS MATERIALIZED (
    SELECT DISTINCT position, currency FROM entry
    WHERE tenant_id = $1 AND account_id = ANY ($3::uuid[])
      AND effective_date BETWEEN $4::date AND $5::date AND position <= $6
  )
  SELECT e.account_id AS id, (-sum(e.amount))::text AS minor
  FROM cash c JOIN entry e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = c.position
    AND e.currency = c.currency
  WHERE NOT (e.account_id = ANY ($3::uuid[]))
  GROUP BY e.account_id HAVING sum(e.amount) <> 0`;

interface Range {
  readonly from: string;
  readonly to: string;
  readonly knownAt: number;
}

/** What came into cash from each other account, by account, in minor units; the direct method. */
export async function readDirectFlows(
  pool: Stores["pool"],
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  cashIds: readonly string[],
  { from, to, knownAt }: Range,
): Promise<Map<string, bigint>> {
  const parameters = [tenantId, fundId, cashIds, from, to, knownAt] as const;
  const { rows } = await pool.query<{ id: string; minor: string }>(DIRECT, parameters);
  return new Map(rows.map(({ id, minor }) => [id, BigInt(minor)]));
}
