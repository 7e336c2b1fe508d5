import { defineEntity, p } from "@mikro-orm/core";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { TenantReads } from "@allfunds/platform/tenancy";

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
    possibleDuplicates: p.integer(),
    /** Lines left out: not booked yet by the bank, or moving nothing. */
    skipped: p.integer(),
    openingBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
    closingBalance: p.decimal().precision(39).scale(0).$type<string>().nullable(),
  },
});

/** Whose statements carried an IBAN before; null when none did. */
export interface IbanUse {
  /** The account that statements of this IBAN were imported into last. */
  readonly accountOfIban: string | null;
  /** The IBAN that statements of this account carried last. */
  readonly ibanOfAccount: string | null;
}

export async function readIbanUse(
  em: EntityManager,
  tenantId: string,
  accountId: string,
  iban: string | undefined,
): Promise<IbanUse> {
  const newest = { orderBy: { importedAt: "desc" } } as const;
  const named = { tenantId, accountId, iban: { $ne: null } };
  const own = await em.findOne(StatementImportEntity, named, newest);
  const other =
    iban === undefined ? null : await em.findOne(StatementImportEntity, { tenantId, iban }, newest);
  return { accountOfIban: other?.accountId ?? null, ibanOfAccount: own?.iban ?? null };
}

/** Where an account's last import with a balance ended. */
export interface LastImport {
  readonly closingMinor: string;
  /** The latest value date it posted. */
  readonly lastDate: string | null;
}

const READ_LAST = `
  SELECT i.closing_balance::text AS "closingMinor",
    (SELECT max(t.effective_date)::text FROM transaction t
     WHERE t.tenant_id = i.tenant_id AND t.import_id = i.id) AS "lastDate"
  FROM statement_import i
  WHERE i.tenant_id = $1 AND i.account_id = $2 AND i.closing_balance IS NOT NULL
  ORDER BY i.imported_at DESC LIMIT 1`;

export async function readLastImport(
  reads: TenantReads,
  tenantId: string,
  accountId: string,
): Promise<LastImport | undefined> {
  const { rows } = await reads.query<LastImport>(READ_LAST, [tenantId, accountId]);
  return rows[0];
}
