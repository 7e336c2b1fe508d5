import type { AccountType } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { AccountStatus } from "./account.ts";
import type { TenantReads } from "../../tenancy/tenant-pool.ts";

/** An account as it is read. */
export const AccountEntity = defineEntity({
  name: "Account",
  tableName: "account",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    fundId: p.uuid(),
    code: p.text(),
    name: p.text(),
    type: p.text().$type<AccountType>(),
    currency: p.text(),
    /** Minor units on the account's normal side. */
    balance: p.decimal().precision(39).scale(0).$type<string>(),
    /** Minor units below which balance less holds may not fall; null for no limit. */
    minimumBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
    /** Minor units reserved by active holds. */
    held: p.decimal().precision(39).scale(0).$type<string>(),
    status: p.text().$type<AccountStatus>(),
    version: p.bigint("number"),
    parentId: p.uuid().nullable(),
    /** Canonical JSON. */
    metadata: p.text(),
    countsAsCash: p.boolean(),
  },
});
export type AccountRow = InferEntity<typeof AccountEntity>;

const READ_BY_IDS = `
  SELECT id, fund_id AS "fundId", code, name, type, currency, balance::text,
         minimum_balance::text AS "minimumBalance", held::text, status, version,
         parent_id AS "parentId", metadata, counts_as_cash AS "countsAsCash"
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
