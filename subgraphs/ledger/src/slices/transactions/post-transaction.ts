import {
  AppError,
  formatAmount,
  isHoldable,
  parseAmount,
  type EntrySide,
} from "@allfunds/platform";
import { normalSide } from "../accounts/account-type.ts";
import { refuseUnlessOpen } from "../accounts/account-status.ts";
import { refuseClosedPeriod } from "../periods/closed-period.ts";
import { refuseOverdraft } from "../accounts/refuse-overdraft.ts";
import { requireFund, type AccountState, type BookState } from "../../engine/book-state.ts";
import { checkPosting } from "./check-posting.ts";
import { settleFx, type RequestedFx } from "./fx-rate.ts";
import type { PostedEntry, TransactionPosted, TransactionSource } from "./transaction-posted.ts";

/** The order to post a journal transaction, amounts as the client wrote them. */
export interface PostTransaction {
  readonly kind: "PostTransaction";
  readonly fundId: string;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly source: TransactionSource;
  readonly entries: readonly RequestedEntry[];
  readonly fx?: readonly RequestedFx[] | undefined;
}

export interface RequestedEntry {
  readonly accountId: string;
  readonly side: EntrySide;
  /** Decimal string in units of the account's currency. */
  readonly amount: string;
  /** When given it must be the account's own. */
  readonly currency?: string | undefined;
}

export function decidePostTransaction(
  command: PostTransaction,
  state: BookState,
): [TransactionPosted] {
  checkPosting(command);
  const fund = requireFund(state, command.fundId);
  refuseClosedPeriod(fund, command.effectiveDate);
  if (state.transactionIdTaken(command.transactionId)) {
    throw new AppError(
      "ALREADY_EXISTS",
      `A transaction with the id ${command.transactionId} exists already.`,
    );
  }
  refuseTakenReference(command, state);
  const entries = settle(command.entries, state);
  refuseUnbalanced(entries);
  return [
    {
      type: "TransactionPosted",
      transactionId: command.transactionId,
      fundId: command.fundId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      entries,
      ...(command.fx === undefined ? {} : { fx: settleFx(command.fx, entries) }),
      source: command.source,
    },
  ];
}

/** A client's reference names one transaction of the book; a bank may use its own as often as it likes. */
function refuseTakenReference({ reference, source }: PostTransaction, state: BookState): void {
  if (reference === null || source.kind === "STATEMENT" || !state.referenceTaken(reference)) return;
  throw new AppError(
    "ALREADY_EXISTS",
    `A transaction with the reference ${reference} exists already.`,
    { violations: [{ path: "reference", message: "is the reference of another transaction" }] },
  );
}

/** Turns requested entries into posted ones: accounts found, amounts exact, running balances added. */
function settle(requested: readonly RequestedEntry[], state: BookState): PostedEntry[] {
  const lastOf = new Map<AccountState, PostedEntry>();
  const posted = requested.map((entry, index) => {
    const account = findAccount(entry, index, state);
    const amountMinor = positiveAmount(entry, index, account);
    const change = entry.side === normalSide(account.type) ? amountMinor : -amountMinor;
    const balanceBeforeMinor = lastOf.get(account)?.balanceAfterMinor ?? account.balanceMinor;
    const balanceAfterMinor = balanceBeforeMinor + change;
    if (!isHoldable(balanceAfterMinor)) {
      throw invalidAmount(index, "would take the balance beyond what the ledger can hold");
    }
    const settled = {
      accountId: account.id,
      side: entry.side,
      amountMinor,
      currency: account.currency,
      balanceAfterMinor,
    };
    lastOf.set(account, settled);
    return settled;
  });
  // What counts is where the whole transaction leaves an account, not each of its entries.
  for (const [account, last] of lastOf) {
    refuseOverdraft(
      account,
      last.balanceAfterMinor,
      () => `entries.${posted.indexOf(last)}.amount`,
    );
  }
  return posted;
}

function findAccount(entry: RequestedEntry, index: number, state: BookState): AccountState {
  const account = state.account(entry.accountId);
  if (account === undefined) {
    throw new AppError("ACCOUNT_NOT_FOUND", `The fund has no account ${entry.accountId}.`, {
      violations: [
        { path: `entries.${index}.accountId`, message: "is not an account of this fund" },
      ],
    });
  }
  refuseUnlessOpen(account, `entries.${index}.accountId`);
  if (entry.currency !== undefined && entry.currency !== account.currency) {
    throw new AppError(
      "CURRENCY_MISMATCH",
      `Account ${account.code} is kept in ${account.currency}, the entry says ${entry.currency}.`,
      {
        violations: [
          { path: `entries.${index}.currency`, message: `must be ${account.currency} or absent` },
        ],
      },
    );
  }
  return account;
}

function positiveAmount(entry: RequestedEntry, index: number, account: AccountState): bigint {
  let minor: bigint;
  try {
    minor = parseAmount(entry.amount, account.currency);
  } catch (error) {
    if (error instanceof AppError) throw invalidAmount(index, error.message);
    throw error;
  }
  if (minor <= 0n)
    throw invalidAmount(index, "must be greater than zero; the side gives direction");
  return minor;
}

const invalidAmount = (index: number, message: string): AppError =>
  new AppError("INVALID_AMOUNT", `entries.${index}.amount: ${message}`, {
    violations: [{ path: `entries.${index}.amount`, message }],
  });

function refuseUnbalanced(entries: readonly PostedEntry[]): void {
  if (isEven(entries)) return;
  const sums = new Map<string, bigint>();
  for (const { side, amountMinor, currency } of entries) {
    const signed = side === "DEBIT" ? amountMinor : -amountMinor;
    sums.set(currency, (sums.get(currency) ?? 0n) + signed);
  }
  const uneven = [...sums].filter(([, sum]) => sum !== 0n);
  if (uneven.length === 0) return;
  const differences = uneven
    .map(([currency, sum]) => describeDifference(sum, currency))
    .join(" and ");
  throw new AppError("LEDGER_UNBALANCED", `The entries do not balance: ${differences}.`, {
    violations: [{ path: "entries", message: `do not balance: ${differences}` }],
  });
}

/** True for entries of one currency that sum to zero: nearly all. */
function isEven(entries: readonly PostedEntry[]): boolean {
  const currency = entries[0]?.currency;
  let sum = 0n;
  for (const entry of entries) {
    if (entry.currency !== currency) return false;
    sum += entry.side === "DEBIT" ? entry.amountMinor : -entry.amountMinor;
  }
  return sum === 0n;
}

const describeDifference = (sum: bigint, currency: string): string =>
  sum > 0n
    ? `debits exceed credits by ${formatAmount(sum, currency)} ${currency}`
    : `credits exceed debits by ${formatAmount(-sum, currency)} ${currency}`;
