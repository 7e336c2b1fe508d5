import { defineEntity, p, type InferEntity } from "@mikro-orm/core";

/** What became of one imported statement. */
export const StatementImportEntity = defineEntity({
  name: "StatementImport",
  tableName: "statement_import",
  properties: {
    tenantId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    format: p.text(),
    /** The bank's name for the account, when the file tells it. */
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
export type StatementImportRow = InferEntity<typeof StatementImportEntity>;
