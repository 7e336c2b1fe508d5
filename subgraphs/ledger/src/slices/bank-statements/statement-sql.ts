import { defineEntity, p } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";

/** What became of one imported statement. */
export const StatementImportEntity = defineEntity({
  name: "StatementImport",
  tableName: "statement_import",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    format: p.text(),
    /** The bank's name for the account, when the file has it. */
    iban: p.text().nullable(),
    importedAt: p.datetime(),
    /** Booked lines in the file. */
    lines: p.integer(),
    posted: p.integer(),
    proposed: p.integer(),
    duplicates: p.integer(),
    /** Lines left out: not booked yet by the bank, or moving nothing. */
    skipped: p.integer(),
    openingBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
    closingBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
  },
});

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
