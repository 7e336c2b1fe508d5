import type { TenantReads } from "@allfunds/platform/tenancy";

/** A transaction that an import posted. */
export interface PostedByImport {
  readonly id: string;
  readonly effectiveDate: string;
  /** Wholly or in part. */
  readonly isReversed: boolean;
}

const READ = `
  SELECT t.id, t.effective_date::text AS "effectiveDate", EXISTS (
    SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = t.id) AS "isReversed"
  FROM transaction t WHERE t.tenant_id = $1 AND t.import_id = $2 ORDER BY t.position DESC LIMIT $3`;

/** What an import posted, the newest first: taken back in that order, each balance passes where it was. */
export async function readToUndo(
  reads: TenantReads,
  tenantId: string,
  importId: string,
  limit: number,
): Promise<PostedByImport[]> {
  const { rows } = await reads.query<PostedByImport>(READ, [tenantId, importId, limit]);
  return rows;
}
