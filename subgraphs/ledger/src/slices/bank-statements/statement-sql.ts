import type { TenantReads } from "@allfunds/platform/tenancy";
import type { BankStatementLine } from "../bank-files/statement.ts";

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

/** Accounts of the fund by the IBAN that their statements carried last, without spaces. */
export type OwnAccounts = ReadonlyMap<string, string>;

const READ_OWN = `
  SELECT last.iban, a.id AS "accountId"
  FROM (
    SELECT DISTINCT ON (i.iban) i.iban, i.account_id FROM statement_import i
    WHERE i.tenant_id = $1 AND i.iban IS NOT NULL AND ${STANDS}
    ORDER BY i.iban, i.imported_at DESC) last
  JOIN account a ON a.tenant_id = $1 AND a.id = last.account_id
  WHERE a.fund_id = $2 AND a.currency = $3 AND a.id <> $4 AND a.status = 'OPEN'`;

/** The fund's other accounts in the currency of one: what goes between them is a transfer. */
export async function readOwnAccounts(
  reads: TenantReads,
  tenantId: string,
  account: { readonly id: string; readonly fundId: string; readonly currency: string },
): Promise<OwnAccounts> {
  const { id, fundId, currency } = account;
  const { rows } = await reads.query<{ iban: string; accountId: string }>(READ_OWN, [
    tenantId,
    fundId,
    currency,
    id,
  ]);
  return new Map(rows.map(({ iban, accountId }) => [compactIban(iban), accountId]));
}

const compactIban = (iban: string): string => iban.replace(/\s/g, "").toUpperCase();

/** The fund's own account on the other side of a line; undefined for what comes from and goes to others. */
export const transferAccountOf = (
  own: OwnAccounts,
  { details }: Pick<BankStatementLine, "details">,
): string | undefined => own.get(compactIban(details["counterpartyIban"] ?? ""));

const READ_NEWEST = `
  SELECT id FROM statement_import WHERE tenant_id = $1 AND book_id = $2 ORDER BY position DESC LIMIT 1`;

/** The fund's newest import, undone or not. */
export async function readNewestImport(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
): Promise<string | null> {
  const { rows } = await reads.query<{ id: string }>(READ_NEWEST, [tenantId, fundId]);
  return rows[0]?.id ?? null;
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
