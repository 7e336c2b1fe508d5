import type { AccountOpened, AccountType, DatabaseClient, Statement } from "@allfunds/platform";

export interface Account {
  readonly accountId: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
}

const SAVE = `
  INSERT INTO account (tenant_id, account_id, fund_id, code, name, type)
  SELECT $1, "accountId", "fundId", code, name, type
  FROM json_to_recordset($2) AS opened ("accountId" uuid, "fundId" uuid, code text, name text, type text)
  ON CONFLICT (tenant_id, account_id) DO NOTHING`;

export const saveAccounts = (tenantId: string, opened: readonly AccountOpened[]): Statement[] =>
  opened.length === 0 ? [] : [{ text: SAVE, values: [tenantId, JSON.stringify(opened)] }];

const LOAD = `
  SELECT account_id AS "accountId", code, name, type
  FROM account WHERE tenant_id = $1 AND account_id = ANY($2::uuid[])`;

export async function loadAccounts(
  client: DatabaseClient,
  tenantId: string,
  accountIds: readonly string[],
): Promise<Account[]> {
  const { rows } = await client.query<Account>(LOAD, [tenantId, accountIds]);
  return rows;
}
