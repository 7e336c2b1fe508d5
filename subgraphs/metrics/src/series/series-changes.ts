import { parseAmount } from "@allfunds/platform";
import type { AccountType, LedgerEvent, TransactionPosted } from "@allfunds/platform";

/** What the series need to know about an account. */
export interface SeriesAccount {
  tenantId: string;
  accountId: string;
  type: AccountType;
  isCash: boolean;
}

/** Net changes of one account on one effective day, in minor units. */
export interface AccountChange {
  tenantId: string;
  accountId: string;
  day: string;
  debit: bigint;
  credit: bigint;
}

/** Net changes of one fund in one currency on one effective day, in minor units. */
export interface FundChange {
  tenantId: string;
  fundId: string;
  currency: string;
  day: string;
  cash: bigint;
  assets: bigint;
  liabilities: bigint;
  income: bigint;
  expenses: bigint;
  inflow: bigint;
  outflow: bigint;
}

export interface SeriesChanges {
  accounts: AccountChange[];
  funds: FundChange[];
}

/** Tenants choose the ids of their accounts, so an id alone does not name one. */
export const accountKey = (tenantId: string, accountId: string): string =>
  `${tenantId} ${accountId}`;

type PostedEvent = Extract<LedgerEvent, { type: "TransactionPosted" }>;
type Entry = TransactionPosted["entries"][number];

/**
 * Adds transactions up to one change per account and day, and one per fund, currency and day.
 * Changes are sums, so neither the order of transactions nor how they are batched matters.
 * `accounts` is by account key.
 */
export function seriesChanges(
  events: readonly PostedEvent[],
  accounts: ReadonlyMap<string, SeriesAccount>,
): SeriesChanges {
  const byAccount = new Map<string, AccountChange>();
  const byFund = new Map<string, FundChange>();
  for (const { tenantId, fundId, payload } of events) {
    const day = payload.effectiveDate;
    const netCash = new Map<string, bigint>();
    for (const entry of payload.entries) {
      const account = requireAccount(accounts, accountKey(tenantId, entry.accountId));
      const { debit, credit } = sides(entry);
      const change = accountChange(byAccount, tenantId, entry.accountId, day);
      change.debit += debit;
      change.credit += credit;
      const fund = fundChange(byFund, tenantId, fundId, entry.currency, day);
      addToBalances(fund, account, debit, credit);
      if (account.isCash) {
        netCash.set(entry.currency, (netCash.get(entry.currency) ?? 0n) + debit - credit);
      }
    }
    // Netted per transaction: money between two cash accounts of the fund is no flow.
    for (const [currency, net] of netCash) {
      const change = fundChange(byFund, tenantId, fundId, currency, day);
      if (net > 0n) change.inflow += net;
      else change.outflow -= net;
    }
  }
  return { accounts: [...byAccount.values()], funds: [...byFund.values()] };
}

function requireAccount(accounts: ReadonlyMap<string, SeriesAccount>, key: string): SeriesAccount {
  const account = accounts.get(key);
  if (account === undefined) throw new Error(`The feed posts to account ${key} before opening it`);
  return account;
}

function sides({ side, amount, currency }: Entry): { debit: bigint; credit: bigint } {
  const minor = parseAmount(amount, currency);
  return side === "DEBIT" ? { debit: minor, credit: 0n } : { debit: 0n, credit: minor };
}

function addToBalances(
  change: FundChange,
  account: SeriesAccount,
  debit: bigint,
  credit: bigint,
): void {
  if (account.isCash) change.cash += debit - credit;
  switch (account.type) {
    case "ASSET":
      change.assets += debit - credit;
      break;
    case "LIABILITY":
      change.liabilities += credit - debit;
      break;
    case "INCOME":
      change.income += credit - debit;
      break;
    case "EXPENSE":
      change.expenses += debit - credit;
      break;
    case "EQUITY":
      break;
  }
}

function accountChange(
  changes: Map<string, AccountChange>,
  tenantId: string,
  accountId: string,
  day: string,
): AccountChange {
  const key = `${accountKey(tenantId, accountId)} ${day}`;
  const known = changes.get(key);
  if (known !== undefined) return known;
  const change = { tenantId, accountId, day, debit: 0n, credit: 0n };
  changes.set(key, change);
  return change;
}

function fundChange(
  changes: Map<string, FundChange>,
  tenantId: string,
  fundId: string,
  currency: string,
  day: string,
): FundChange {
  const key = `${tenantId} ${fundId} ${currency} ${day}`;
  const known = changes.get(key);
  if (known !== undefined) return known;
  const zero = { cash: 0n, assets: 0n, liabilities: 0n, income: 0n, expenses: 0n };
  const change = { tenantId, fundId, currency, day, ...zero, inflow: 0n, outflow: 0n };
  changes.set(key, change);
  return change;
}
