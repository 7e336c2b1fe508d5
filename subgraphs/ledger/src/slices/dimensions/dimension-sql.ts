import type { DimensionSet } from "@allfunds/contract/events";
import type { TenantReads } from "@allfunds/platform/tenancy";

/** A dimension as it is now. */
export interface DimensionRow {
  readonly payload: DimensionSet;
  readonly valueCount: number;
  readonly setBy: string;
  readonly setAt: Date;
}

const READ = `
  SELECT e.payload, d.value_count AS "valueCount", e.actor AS "setBy", e.recorded_at AS "setAt"
  FROM dimension d JOIN event e USING (tenant_id, book_id, position)
  WHERE d.tenant_id = $1 ORDER BY d.dimension`;

/** All dimensions of a tenant, by name; there are 20 at most. */
export async function readDimensions(
  reads: TenantReads,
  tenantId: string,
): Promise<readonly DimensionRow[]> {
  return (await reads.query<DimensionRow>(READ, [tenantId])).rows;
}

export interface ValueRow {
  readonly value: string;
  readonly name: string;
  readonly isActive: boolean;
}

const READ_VALUES = `
  SELECT value, name, is_active AS "isActive" FROM dimension_value
  WHERE tenant_id = $1 AND dimension = $2 AND key > $2 || '/' || $3 ORDER BY key LIMIT $4`;

/** Values of a dimension behind one, in their order. */
export async function readValues(
  reads: TenantReads,
  { tenantId, dimension }: { readonly tenantId: string; readonly dimension: string },
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly ValueRow[]> {
  const { rows } = await reads.query<ValueRow>(READ_VALUES, [tenantId, dimension, after, limit]);
  return rows;
}
