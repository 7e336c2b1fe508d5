import { decodeCursor } from "@allfunds/platform";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { TenantReads } from "../../tenancy/tenant-pool.ts";
import { AccountEntity, type AccountRow } from "./account-entity.ts";

const READ_BY_IDS = `
  SELECT id, fund_id AS "fundId", code, name, type, currency, balance::text,
         minimum_balance::text AS "minimumBalance", held::text, status, version
  FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

type ReadRow = Omit<AccountRow, "version"> & { readonly version: string };

/** Accounts by id. Every list of entries needs them: a plain statement, not the mapper. */
export async function readAccounts(
  pool: TenantReads,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, AccountRow>> {
  const { rows } = await pool.query<ReadRow>(READ_BY_IDS, [tenantId, ids], { prepared: true });
  return new Map(rows.map((row) => [row.id, { ...row, tenantId, version: Number(row.version) }]));
}

/** A fund's accounts by code; one more than `first`, to tell that more follow. */
export function readAccountPage(
  em: EntityManager,
  tenantId: string,
  fundId: string,
  { first, after }: { readonly first: number; readonly after: string | null | undefined },
): Promise<AccountRow[]> {
  const [code] = typeof after === "string" ? decodeCursor(after, 1) : [];
  return em.find(
    AccountEntity,
    { tenantId, fundId, ...(code === undefined ? {} : { code: { $gt: String(code) } }) },
    { orderBy: { code: "asc" }, limit: first + 1 },
  );
}

export function readAccountByCode(
  em: EntityManager,
  tenantId: string,
  fundId: string,
  code: string,
): Promise<AccountRow | null> {
  return em.findOne(AccountEntity, { tenantId, fundId, code });
}
