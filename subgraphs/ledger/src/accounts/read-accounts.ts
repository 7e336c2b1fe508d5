import { decodeCursor } from "@allfunds/platform";
import type { EntityManager } from "@mikro-orm/postgresql";
import { AccountEntity, type AccountRow } from "./account-entity.ts";

export async function readAccounts(
  em: EntityManager,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, AccountRow>> {
  const rows = await em.find(AccountEntity, { tenantId, id: { $in: [...ids] } });
  return new Map(rows.map((row) => [row.id, row]));
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
