import { parseAmount } from "@allfunds/contract/money";
import type { AccountType, LedgerEvent, TransactionPosted } from "@allfunds/contract/events";
import { FlowParts } from "./cash-flow-parts.ts";
import type { FlowPart } from "./cash-flow-parts.ts";

/** An account as far as the series need it. */
export interface SeriesAccount {
  tenantId: string;
  accountId: string;
  type: AccountType;
  countsAsCash: boolean;
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
  flows: FlowPart[];
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
  const flows = new FlowParts();
  for (const { tenantId, fundId, payload } of events) {
    const day = payload.effectiveDate;
    const nets = new Map<string, Map<string, bigint>>();
    for (const entry of payload.entries) {
      const { accountId, currency } = entry;
      const account = requireAccount(accounts, accountKey(tenantId, accountId));
      const { debit, credit } = sides(entry);
      const change = accountChange(byAccount, tenantId, accountId, day);
      change.debit += debit;
      change.credit += credit;
      addToBalances(fundChange(byFund, tenantId, fundId, currency, day), account, debit, credit);
      const net = nets.get(currency) ?? new Map<string, bigint>();
      nets.set(currency, net.set(accountId, (net.get(accountId) ?? 0n) + debit - credit));
    }
    for (const [currency, net] of nets) {
      const { transactionId } = payload;
      flows.add({ tenantId, fundId, currency, day, transactionId, nets: net });
      // Netted per transaction: money between two cash accounts of the fund is no flow.
      const cash = [...net].filter(
        ([accountId]) => accounts.get(accountKey(tenantId, accountId))?.countsAsCash === true,
      );
      const flow = cash.reduce((sum, [, minor]) => sum + minor, 0n);
      const change = fundChange(byFund, tenantId, fundId, currency, day);
      if (flow > 0n) change.inflow += flow;
      else change.outflow -= flow;
    }
  }
  return { accounts: [...byAccount.values()], funds: [...byFund.values()], flows: flows.all() };
}

/** The account of a key; an event about one that was never opened stops the follower. */
export function requireAccount(
  accounts: ReadonlyMap<string, SeriesAccount>,
  key: string,
): SeriesAccount {
  const account = accounts.get(key);
  if (account === undefined) throw new Error(`The feed uses account ${key} before opening it`);
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
  if (account.countsAsCash) change.cash += debit - credit;
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
  const existing = changes.get(key);
  if (existing !== undefined) return existing;
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
  const existing = changes.get(key);
  if (existing !== undefined) return existing;
  const zero = { cash: 0n, assets: 0n, liabilities: 0n, income: 0n, expenses: 0n };
  const change = { tenantId, fundId, currency, day, ...zero, inflow: 0n, outflow: 0n };
  changes.set(key, change);
  return change;
}
