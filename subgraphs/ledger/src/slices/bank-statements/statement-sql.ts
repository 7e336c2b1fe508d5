import type { TenantReads } from "@allfunds/platform/tenancy";

/** Whose statements carried an IBAN before; null when none did. */
export interface IbanUse {
  /** The account that statements of this IBAN were imported into last. */
  readonly accountOfIban: string | null;
  /** The IBAN that statements of this account carried last. */
  readonly ibanOfAccount: string | null;
}

// An import that was undone is as if it had not been.
const STANDS = `NOT EXISTS (
  SELECT FROM statement_event u
  WHERE u.tenant_id = i.tenant_id AND u.import_id = i.id AND u.type = 'StatementUndone')`;

const READ_USE = `
  SELECT
    (SELECT account_id FROM statement_import i WHERE tenant_id = $1 AND iban = $3 AND ${STANDS}
     ORDER BY imported_at DESC LIMIT 1) AS "accountOfIban",
    (SELECT iban FROM statement_import i WHERE tenant_id = $1 AND account_id = $2 AND iban IS NOT NULL AND ${STANDS}
     ORDER BY imported_at DESC LIMIT 1) AS "ibanOfAccount"`;

export async function readIbanUse(
  reads: TenantReads,
  tenantId: string,
  accountId: string,
  iban: string | null,
): Promise<IbanUse> {
  const { rows } = await reads.query<IbanUse>(READ_USE, [tenantId, accountId, iban]);
  return rows[0] ?? { accountOfIban: null, ibanOfAccount: null };
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
  WHERE i.tenant_id = $1 AND i.account_id = $2 AND i.closing_balance IS NOT NULL AND ${STANDS}
  ORDER BY i.imported_at DESC LIMIT 1`;

export async function readLastImport(
  reads: TenantReads,
  tenantId: string,
  accountId: string,
): Promise<LastImport | undefined> {
  const { rows } = await reads.query<LastImport>(READ_LAST, [tenantId, accountId]);
  return rows[0];
}
