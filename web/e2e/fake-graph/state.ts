import type { ApprovalRefusal } from "@allfunds/graph-tools/fake-graph";
import type { Account, Entry, Fund, Transaction } from "./books.ts";
import { codedError } from "./coded-error.ts";
import type { Publisher } from "./publisher.ts";

/** What the fake graph holds, and what a test may change of it. */
export interface GraphState {
  readonly funds: Fund[];
  readonly publisher: Publisher;
  readonly switches: Switches;
}

export interface Switches {
  /** Figures that fail with an error. */
  figuresFail: boolean;
  /** Nothing is answered over HTTP. */
  isAway: boolean;
  /** Fields that are null without an error, as the schema allows: "Fund.metrics". */
  nulls: Set<string>;
  /** The highest debit of one posting without a second approver, in minor units. */
  limit: bigint | undefined;
  /** Why others than its maker may not approve what waits. */
  mayNotApprove: ApprovalRefusal | undefined;
  /** Where lines of statements were moved to, by the transactions that posted them. */
  moved: Map<string, string>;
  /** Transactions that another client has reversed. */
  reversed: Set<string>;
  /** Whether every text that people write arrives as one word of `LONG_WORD` characters. */
  longWords: boolean;
}

export const LONG_WORD = 200;

export function fundOf({ funds }: GraphState, id: string | undefined): Fund {
  const fund = funds.find((candidate) => candidate.id === id);
  if (!fund) throw codedError("FUND_NOT_FOUND", "There is no such fund.");
  return fund;
}

export function accountOf(state: GraphState, id: string | undefined): Account {
  const account = allAccounts(state).find((candidate) => candidate.id === id);
  if (!account) throw codedError("ACCOUNT_NOT_FOUND", "There is no such account.");
  return account;
}

export function fundOfAccount({ funds }: GraphState, accountId: string | undefined): Fund {
  const fund = funds.find(({ accounts }) => accounts.some(({ id }) => id === accountId));
  if (!fund) throw codedError("ACCOUNT_NOT_FOUND", "There is no such account.");
  return fund;
}

export function transactionOf({ funds }: GraphState, id: string | undefined): Transaction {
  const transaction = funds
    .flatMap(({ transactions }) => transactions)
    .find((candidate) => candidate.id === id);
  if (!transaction) throw new Error(`The fake graph has no transaction ${id}.`);
  return transaction;
}

export function entryOf({ funds }: GraphState, id: string | undefined): Entry {
  const entry = funds
    .flatMap(({ transactions }) => transactions)
    .flatMap(({ entries }) => entries)
    .find((candidate) => candidate.id === id);
  if (!entry) throw new Error(`The fake graph has no entry ${id}.`);
  return entry;
}

const allAccounts = ({ funds }: GraphState): Account[] => funds.flatMap(({ accounts }) => accounts);
