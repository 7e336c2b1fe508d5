import type { AccountOpened, AccountRenamed, AccountType } from "@allfunds/contract/events";
import type { DatabaseClient, SqlStatement } from "@allfunds/platform/database";

export interface Account {
  readonly accountId: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  /** Null for an account opened before accounts were marked. */
  readonly countsAsCash: boolean | null;
}

const SAVE = `
  INSERT INTO account (tenant_id, account_id, fund_id, code, name, type, counts_as_cash)
  SELECT $1, "accountId", "fundId", code, name, type, "countsAsCash"
  FROM json_to_recordset($2) AS opened ("accountId" uuid, "fundId" uuid, code text, name text, type text,
    "countsAsCash" boolean)
  ON CONFLICT (tenant_id, account_id) DO NOTHING`;

export const saveAccounts = (tenantId: string, opened: readonly AccountOpened[]): SqlStatement[] =>
  opened.length === 0 ? [] : [{ text: SAVE, values: [tenantId, JSON.stringify(opened)] }];

const RENAME = `
  UPDATE account SET name = renamed.name, counts_as_cash = renamed."countsAsCash"
  FROM json_to_recordset($2) AS renamed ("accountId" uuid, name text, "countsAsCash" boolean)
  WHERE tenant_id = $1 AND account_id = renamed."accountId"`;

/** Stores the last details of each account. */
export function renameAccounts(
  tenantId: string,
  renamed: readonly AccountRenamed[],
): SqlStatement[] {
  if (renamed.length === 0) return [];
  const last = new Map(renamed.map((account) => [account.accountId, account]));
  return [{ text: RENAME, values: [tenantId, JSON.stringify([...last.values()])] }];
}

const LOAD = `
  SELECT account_id AS "accountId", code, name, type, counts_as_cash AS "countsAsCash"
  FROM account WHERE tenant_id = $1 AND account_id = ANY($2::uuid[])`;

export async function loadAccounts(
  client: DatabaseClient,
  tenantId: string,
  accountIds: readonly string[],
): Promise<Account[]> {
  const { rows } = await client.query<Account>(LOAD, [tenantId, accountIds]);
  return rows;
}
