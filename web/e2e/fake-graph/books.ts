import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { codedError } from "./coded-error.ts";

type Side = Graph.EntrySide;

export interface Account {
  id: string;
  code: string;
  name: string;
  type: Graph.AccountType;
  currency: string;
  parentId: string | null;
  countsAsCash: boolean;
  /** Minor units on the account's normal side. */
  balance: bigint;
}

export interface Entry {
  id: string;
  account: Account;
  side: Side;
  amount: bigint;
  balanceAfter: bigint;
  transaction: Transaction;
}

export interface Transaction {
  id: string;
  position: number;
  effectiveDate: string;
  recordedAt: string;
  description: string;
  reference: string | null;
  entries: Entry[];
  fund: Fund;
  /** The transaction that this one takes back. */
  reverses: Transaction | null;
}

export interface StatementLine {
  readonly number: number;
  readonly row: string;
  readonly effectiveDate: string;
  readonly description: string;
  /** Positive came in, negative went out. */
  readonly amount: string;
  readonly verdict: Graph.StatementLineVerdict;
  readonly earlier: Transaction | null;
  decision: Graph.StatementLineDecision | null;
  transaction: Transaction | null;
}

/** A bank's file that was imported into an account. */
export interface BankStatement {
  readonly id: string;
  readonly accountId: string;
  readonly lines: readonly StatementLine[];
  undoReason: string | null;
}

export interface Fund {
  id: string;
  name: string;
  currency: string;
  openedAt: string;
  position: number;
  accounts: Account[];
  /** In the order of their positions. */
  transactions: Transaction[];
  keys: Map<string, Transaction>;
  /** In the order of their imports. */
  statements: BankStatement[];
  /** In the order of their closings. */
  periods: Period[];
}

/** Days whose books were closed. */
export interface Period {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
  reopenReason: string | null;
}

/** What is posted into a fund. */
export type Order = Omit<Graph.PostTransactionInput, "fundId">;

export interface Posted {
  transaction: Transaction;
  /** False when the same idempotency key had posted it before. */
  isNew: boolean;
}

/** Opens a fund with the accounts given as [code, name, type]. */
export function openFund(name: string, chart: [string, string, Graph.AccountType][]): Fund {
  const currency = "EUR";
  return {
    id: randomUUID(),
    name,
    currency,
    openedAt: "2025-10-01T08:00:00.000Z",
    position: 1,
    transactions: [],
    keys: new Map(),
    statements: [],
    periods: [],
    accounts: chart.map(([code, accountName, type]) =>
      openAccount({ code, name: accountName, type, currency }),
    ),
  };
}

/** An account without entries. */
export const openAccount = (
  details: Pick<Account, "code" | "name" | "type" | "currency">,
): Account => ({
  id: randomUUID(),
  ...details,
  parentId: null,
  countsAsCash: details.code === "1000",
  balance: 0n,
});

/** Posts balanced entries. A repeated idempotency key returns the transaction it posted before. */
export function post(fund: Fund, order: Order): Posted {
  const earlier = order.idempotencyKey ? fund.keys.get(order.idempotencyKey) : undefined;
  if (earlier) return { transaction: earlier, isNew: false };
  const lines = order.entries.map((line) => ({
    account: accountOf(fund, line.accountId),
    side: line.side,
    amount: minorUnits(line.amount),
  }));
  const total = (side: Side) =>
    lines.filter((line) => line.side === side).reduce((sum, line) => sum + line.amount, 0n);
  if (total("DEBIT") !== total("CREDIT")) {
    throw codedError("LEDGER_UNBALANCED", "Debits and credits differ.");
  }
  const transaction: Transaction = {
    id: randomUUID(),
    fund,
    position: ++fund.position,
    effectiveDate: order.effectiveDate,
    recordedAt: `${order.effectiveDate}T09:30:00.000Z`,
    description: order.description,
    reference: order.reference ?? null,
    entries: [],
    reverses: null,
  };
  transaction.entries = lines.map((line) => {
    line.account.balance += signed(line.account.type, line.side, line.amount);
    return { id: randomUUID(), ...line, balanceAfter: line.account.balance, transaction };
  });
  fund.transactions.push(transaction);
  if (order.idempotencyKey) fund.keys.set(order.idempotencyKey, transaction);
  return { transaction, isNew: true };
}

/** An amount on the account's normal side: positive when the entry adds to the balance. */
export function signed(type: Graph.AccountType, side: Side, amount: bigint): bigint {
  const debitNormal = type === "ASSET" || type === "EXPENSE";
  return debitNormal === (side === "DEBIT") ? amount : -amount;
}

export function money(minor: bigint, currency: string): Graph.Money {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, "0");
  const amount = `${minor < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return { amount, currency };
}

function accountOf(fund: Fund, id: string): Account {
  const account = fund.accounts.find((candidate) => candidate.id === id);
  if (!account) throw codedError("ACCOUNT_NOT_FOUND", "There is no such account in this fund.");
  return account;
}

export function minorUnits(amount: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(amount);
  if (!match) throw codedError("INVALID_AMOUNT", `"${amount}" is not an amount in EUR.`);
  return BigInt(match[1] + (match[2] ?? "").padEnd(2, "0"));
}
