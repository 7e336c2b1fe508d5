import type { AccountType } from "@allfunds/platform";
import type { AccountStatus } from "./account-status.ts";
import type { AccountState } from "../../engine/book-state.ts";
import type { Needs } from "../../engine/command-needs.ts";
import { loadActiveHolds } from "../holds/load-holds.ts";
import type { Loading } from "../../engine/load-needs.ts";

const READ_ACCOUNTS = `
  SELECT id, fund_id, code, name, type, currency, balance, minimum_balance, held, status, version
  FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
  UNION
  SELECT id, fund_id, code, name, type, currency, balance, minimum_balance, held, status, version
  FROM account WHERE tenant_id = $1 AND fund_id = $3 AND code = ANY ($4::text[])`;

interface AccountRow {
  readonly id: string;
  readonly fund_id: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  readonly currency: string;
  readonly balance: string;
  readonly minimum_balance: string | null;
  readonly held: string;
  readonly status: AccountStatus;
  readonly version: string;
}

/** Loads accounts that the state does not have; an id of another book is only noted as taken. */
export async function loadAccounts(loading: Loading, needs: Needs): Promise<void> {
  const { client, book, state, draft } = loading;
  const ids = [...needs.accountIds];
  const codes = [...needs.accountCodes].filter((code) => state.accountByCode(code) === undefined);
  if (ids.length === 0 && codes.length === 0) return;
  const parameters = [book.tenantId, ids, book.bookId, codes];
  const { rows } = await client.query<AccountRow>(READ_ACCOUNTS, parameters);
  const holding: string[] = [];
  for (const row of rows) {
    if (row.fund_id === book.bookId) state.putAccount(toAccountState(row));
    else draft.takeAccountId(row.id);
    if (row.fund_id === book.bookId && row.held !== "0") holding.push(row.id);
  }
  await loadActiveHolds(loading, holding);
}

const toAccountState = (row: AccountRow): AccountState => ({
  id: row.id,
  code: row.code,
  name: row.name,
  type: row.type,
  currency: row.currency,
  balanceMinor: BigInt(row.balance),
  minimumMinor: row.minimum_balance === null ? null : BigInt(row.minimum_balance),
  heldMinor: BigInt(row.held),
  status: row.status,
  version: Number(row.version),
});
