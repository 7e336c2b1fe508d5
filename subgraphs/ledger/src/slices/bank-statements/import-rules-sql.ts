import type { TenantReads } from "@allfunds/platform/tenancy";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { StoredRules } from "./import-rules.ts";

const READ_RULES = `
  SELECT e.payload, e.actor AS "setBy", e.recorded_at AS "setAt"
  FROM (
    SELECT book_id, position, version FROM import_rules
    WHERE tenant_id = $1 AND account_id = $2 AND version < $3 ORDER BY version DESC LIMIT $4) v
  JOIN event e ON e.tenant_id = $1 AND e.book_id = v.book_id AND e.position = v.position
  ORDER BY v.version DESC`;

/** Versions of an account's rules before one, newest first. */
export async function readRules(
  reads: TenantReads,
  tenantId: string,
  accountId: string,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<StoredRules[]> {
  const parameters = [tenantId, accountId, before, limit] as const;
  const { rows } = await reads.query<StoredRules>(READ_RULES, parameters);
  return rows;
}

/** Behind the newest version. */
export const BEHIND_ALL = 2 ** 31 - 1;

export const newestRules = async (
  { request, stores }: LedgerContext,
  accountId: string,
): Promise<StoredRules | undefined> => {
  const newest = { before: BEHIND_ALL, limit: 1 };
  return (await readRules(stores.pool, request.tenantId, accountId, newest))[0];
};
