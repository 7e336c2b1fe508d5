import { AppError } from "@allfunds/contract/errors";
import type { BatchLoader } from "@allfunds/platform/graphql";
import { isId } from "@allfunds/platform/ids";
import type { AccountObject } from "../slices/accounts/account-object.ts";
import type { FundObject } from "../slices/funds/fund-object.ts";
import type { TransactionObject } from "../slices/transactions/transaction-object.ts";
import type { LedgerContext } from "./ledger-context.ts";

/** What has this id, null when nothing has; a text that is no id is nobody's. */
export async function find<Value>(loader: BatchLoader<Value>, id: string): Promise<Value | null> {
  return isId(id) ? ((await loader.load(id)) ?? null) : null;
}

export async function requireFund(
  { funds, known }: LedgerContext,
  id: string,
): Promise<FundObject> {
  const fund = known.fund(id) ?? (await find(funds, id));
  if (fund === null) throw new AppError("FUND_NOT_FOUND", `There is no fund ${id}.`);
  return fund;
}

export async function requireAccount(
  { accounts }: LedgerContext,
  id: string,
): Promise<AccountObject> {
  const account = await find(accounts, id);
  if (account === null) throw new AppError("ACCOUNT_NOT_FOUND", `There is no account ${id}.`);
  return account;
}

export async function requireTransaction(
  { transactions }: LedgerContext,
  id: string,
): Promise<TransactionObject> {
  const transaction = await find(transactions, id);
  if (transaction === null) {
    throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${id}.`);
  }
  return transaction;
}
