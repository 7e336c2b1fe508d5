import type { TenantReads } from "@allfunds/platform/tenancy";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import type { ValueSum } from "./by-dimension.ts";

interface FundOfTenant {
  readonly tenantId: string;
  readonly fundId: string;
}

/** Entries to sum by the values of a dimension. */
export interface ValueQuery {
  readonly dimension: string;
  /** First value date; all before `to` when absent. Then the closing of years is left out. */
  readonly from?: string | undefined;
  readonly to: string;
  readonly knownAt: number;
  /** Only entries that have all of these values. */
  readonly within: EntryDimensions | undefined;
  /** Only entries that have no value of any of these dimensions. */
  readonly without: readonly string[];
}

const SUM = `
  SELECT d.account_id AS "accountId", d.dimensions->>$3 AS value,
    d.dimensions::jsonb ?| $8::text[] AS "isLeftOut", sum(d.amount)::text AS amount
  FROM entry_dimension d
  WHERE d.tenant_id = $1 AND d.book_id = $2 AND d.effective_date <= $4::date AND d.position <= $5
    AND ($6::jsonb IS NULL OR d.dimensions::jsonb @> $6::jsonb)
    AND ($7::date IS NULL OR d.effective_date >= $7::date AND NOT EXISTS (
      SELECT FROM closed_year y WHERE y.tenant_id = $1 AND y.book_id = $2
        AND d.position IN (y.position, y.reopened_position)))
  GROUP BY 1, 2, 3`;

/** Debits less credits by account and value, in minor units; entries without any dimension are not among them. */
export async function readValueSums(
  reads: TenantReads,
  { tenantId, fundId }: FundOfTenant,
  { dimension, from, to, knownAt, within, without }: ValueQuery,
): Promise<ValueSum[]> {
  const chosen = within === undefined ? null : JSON.stringify(within);
  const { rows } = await reads.query<SumRow>(SUM, [
    tenantId,
    fundId,
    dimension,
    to,
    knownAt,
    chosen,
    from ?? null,
    without,
  ]);
  return rows.map(toSum);
}

interface SumRow {
  readonly accountId: string;
  readonly value: string | null;
  readonly isLeftOut: boolean;
  readonly amount: string;
}

const toSum = ({ amount, ...row }: SumRow): ValueSum => ({
  ...row,
  debitMinor: BigInt(amount),
});

// As the direct method has it: the entries of transactions that moved cash, all but those on cash itself.
const SUM_FLOWS = `
  WITH cash AS MATERIALIZED (
    SELECT DISTINCT position, currency FROM entry
    WHERE tenant_id = $1 AND account_id = ANY ($3::uuid[])
      AND effective_date BETWEEN $4::date AND $5::date AND position <= $6
  )
  SELECT e.account_id AS "accountId", d.dimensions->>$7 AS value,
    coalesce(d.dimensions::jsonb ?| $9::text[], false) AS "isLeftOut", sum(e.amount)::text AS amount
  FROM cash c JOIN entry e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = c.position
    AND e.currency = c.currency
  LEFT JOIN entry_dimension d ON d.tenant_id = $1 AND d.book_id = $2
    AND d.position = e.position AND d.leg = e.leg
  WHERE NOT (e.account_id = ANY ($3::uuid[]))
    AND ($8::jsonb IS NULL OR d.dimensions::jsonb @> $8::jsonb)
  GROUP BY 1, 2, 3 HAVING sum(e.amount) <> 0`;

/** The same of what moved cash, by the other accounts of its transactions; here those without dimensions, too. */
export async function readFlowsByValue(
  reads: TenantReads,
  { tenantId, fundId }: FundOfTenant,
  cashIds: readonly string[],
  { dimension, from, to, knownAt, within, without }: ValueQuery,
): Promise<ValueSum[]> {
  const chosen = within === undefined ? null : JSON.stringify(within);
  const { rows } = await reads.query<SumRow>(SUM_FLOWS, [
    tenantId,
    fundId,
    cashIds,
    from,
    to,
    knownAt,
    dimension,
    chosen,
    without,
  ]);
  return rows.map(toSum);
}
