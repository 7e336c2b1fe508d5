import type { TenantReads } from "@allfunds/platform/tenancy";

/** A transaction that an import posted. */
export interface PostedByImport {
  readonly id: string;
  readonly position: number;
  readonly effectiveDate: string;
  /** Wholly or in part. */
  readonly isReversed: boolean;
}

const READ = `
  SELECT t.id, t.position::int, t.effective_date::text AS "effectiveDate", EXISTS (
    SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = t.id) AS "isReversed"
  FROM transaction t WHERE t.tenant_id = $1 AND t.import_id = $2 AND t.position < $4
  ORDER BY t.position DESC LIMIT $3`;

/** What an import posted, the newest first: taken back in that order, each balance passes where it was. */
export async function readToUndo(
  reads: TenantReads,
  tenantId: string,
  importId: string,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<PostedByImport[]> {
  const parameters = [tenantId, importId, limit, before] as const;
  const { rows } = await reads.query<PostedByImport>(READ, parameters);
  return rows;
}

const COUNT = `
  SELECT count(*)::int AS count FROM transaction WHERE tenant_id = $1 AND import_id = $2`;

/** How many transactions an import posted. */
export async function countToUndo(
  reads: TenantReads,
  tenantId: string,
  importId: string,
): Promise<number> {
  const { rows } = await reads.query<{ count: number }>(COUNT, [tenantId, importId]);
  return rows[0]?.count ?? 0;
}
