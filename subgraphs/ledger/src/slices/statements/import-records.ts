import type { EntityManager } from "@mikro-orm/postgresql";
import { StatementImportEntity } from "./statement-import-entity.ts";

/** The IBAN that earlier statements of this account carried, null when none did. */
export async function knownIban(
  em: EntityManager,
  tenantId: string,
  accountId: string,
): Promise<string | null> {
  const last = await em.findOne(
    StatementImportEntity,
    { tenantId, accountId, iban: { $ne: null } },
    { orderBy: { importedAt: "desc" } },
  );
  return last?.iban ?? null;
}
