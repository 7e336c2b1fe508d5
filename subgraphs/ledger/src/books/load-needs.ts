import { isId, type AccountType, type DatabaseClient } from "@allfunds/platform";
import type { BookCommand, Envelope } from "./book-command.ts";
import type { BookState } from "./book-state.ts";
import type { BookId } from "./recorded-event.ts";

interface Needs {
  readonly accountIds: Set<string>;
  readonly accountCodes: Set<string>;
  readonly transactionIds: Set<string>;
}

const READ_ACCOUNTS = `
  SELECT id, fund_id, code, name, type, currency, balance, version
  FROM account WHERE tenant_id = $1 AND id = ANY ($2::uuid[])
  UNION
  SELECT id, fund_id, code, name, type, currency, balance, version
  FROM account WHERE tenant_id = $1 AND fund_id = $3 AND code = ANY ($4::text[])`;

const READ_TAKEN_TRANSACTIONS = `
  SELECT id FROM transaction WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

interface AccountRow {
  readonly id: string;
  readonly fund_id: string;
  readonly code: string;
  readonly name: string;
  readonly type: AccountType;
  readonly currency: string;
  readonly balance: string;
  readonly version: string;
}

/**
 * Reads what deciding these commands needs and the state does not have yet.
 * The book's own accounts go to `state`, which outlives the batch; what only this batch must know goes to `draft`.
 */
export async function loadNeeds(
  client: DatabaseClient,
  book: BookId,
  envelopes: readonly Envelope[],
  state: BookState,
  draft: BookState,
): Promise<void> {
  const needs = needsOf(envelopes);
  const ids = [...needs.accountIds].filter((id) => state.account(id) === undefined);
  const codes = [...needs.accountCodes].filter((code) => state.accountByCode(code) === undefined);
  if (ids.length > 0 || codes.length > 0) {
    const parameters = [book.tenantId, ids, book.bookId, codes];
    const { rows } = await client.query<AccountRow>(READ_ACCOUNTS, parameters);
    for (const row of rows) {
      if (row.fund_id === book.bookId) state.putAccount(toAccountState(row));
      else draft.takeAccountId(row.id);
    }
  }
  if (needs.transactionIds.size > 0) {
    const { rows } = await client.query<{ id: string }>(READ_TAKEN_TRANSACTIONS, [
      book.tenantId,
      [...needs.transactionIds],
    ]);
    for (const { id } of rows) draft.takeTransactionId(id);
  }
}

const toAccountState = (row: AccountRow) => ({
  id: row.id,
  code: row.code,
  name: row.name,
  type: row.type,
  currency: row.currency,
  balanceMinor: BigInt(row.balance),
  version: Number(row.version),
});

function needsOf(envelopes: readonly Envelope[]): Needs {
  const needs: Needs = {
    accountIds: new Set(),
    accountCodes: new Set(),
    transactionIds: new Set(),
  };
  for (const { command, idIsClients } of envelopes) addNeeds(needs, command, idIsClients);
  return needs;
}

// Ids made by the edge cannot be taken yet; looking them up would cost a probe each.
function addNeeds(needs: Needs, command: BookCommand, idIsClients: boolean): void {
  switch (command.kind) {
    case "OpenFund":
      return;
    case "OpenAccount":
      needs.accountCodes.add(command.code);
      if (idIsClients) addId(needs.accountIds, command.accountId);
      return;
    case "PostTransaction":
      for (const { accountId } of command.entries) addId(needs.accountIds, accountId);
      if (idIsClients) addId(needs.transactionIds, command.transactionId);
      return;
    case "AdjustBalance":
    case "PostStatementLine":
      addId(needs.accountIds, command.accountId);
      addId(needs.accountIds, command.contra.accountId);
      needs.accountCodes.add(command.contra.own.code);
  }
}

/** What is no id finds nothing, and must not reach the database as one. */
function addId(ids: Set<string>, id: string | undefined): void {
  if (id !== undefined && isId(id)) ids.add(id);
}
