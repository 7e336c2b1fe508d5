import { formatAmount, parseAmount, type MoneyJson } from "@allfunds/contract/money";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { toActor } from "../../graph/shared-types.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import { dayBefore } from "../balances/point-in-time.ts";
import {
  AccountReconciliationObject,
  ReconcilingItemObject,
  type SuggestedMatchObject,
} from "./reconciliation-object.ts";
import {
  readOpenLines,
  readOpenTransactions,
  readStatementBounds,
  type NotedItem,
  type OpenLine,
  type OpenTransaction,
} from "./reconciliation-sql.ts";
import { suggestMatches, type MatchCandidate, type SuggestedMatch } from "./suggest-matches.ts";

/** Items of each side that are read at most, and shown at most. */
const MOST_READ = 1_000;
const MOST_SHOWN = 200;
const MOST_SUGGESTED = 100;
/** A payment is booked so many days apart on the two sides at most, as a rule. */
const DAYS_APART = 10;

const DAY_MS = 86_400_000;

/** An open item with its amount, whichever side it stands on. */
interface Item {
  readonly item: ReconcilingItemObject;
  readonly amountMinor: bigint;
}

/** A bank account beside its statements on a day. */
export async function reconcile(
  context: LedgerContext,
  account: AccountObject,
  asOf: string,
): Promise<AccountReconciliationObject> {
  const { currency } = account;
  const { pool: reads } = context.stores;
  const of = { tenantId: context.request.tenantId, fundId: account.fundId, accountId: account.id };
  const bounds = await readStatementBounds(reads, of, asOf);
  const until = bounds?.to ?? asOf;
  const bookMinor = await balanceOf(context, account, until);
  const money = (minor: bigint): MoneyJson => ({ amount: formatAmount(minor, currency), currency });
  const lines = await readOpenLines(reads, of, asOf, MOST_READ + 1);
  const days = { from: bounds?.from ?? "0001-01-01", to: asOf };
  const transactions = await readOpenTransactions(reads, of, days, MOST_READ + 1);
  const ofBank = lines.map((line) => lineItem(line, currency, asOf));
  const ofBook = transactions.map((transaction) => bookItem(transaction, currency, asOf));
  const bankMinor = bounds && parseAmount(bounds.closingBalance, currency);
  const opening =
    bounds &&
    parseAmount(bounds.openingBalance, currency) -
      (await balanceOf(context, account, dayBefore(bounds.from)));
  const difference = bankMinor === undefined ? undefined : bankMinor - bookMinor;
  const isWhole = Math.max(lines.length, transactions.length) <= MOST_READ;
  const explained = (opening ?? 0n) + sumUntil(ofBank, until) - sumUntil(ofBook, until);
  const isClosed = [...ofBank, ...ofBook].every(({ item }) => item.isClosed);
  return Object.assign(new AccountReconciliationObject(), {
    asOf,
    statementId: bounds?.importId ?? null,
    statementDate: bounds?.to ?? null,
    statementBalance: bankMinor === undefined ? null : money(bankMinor),
    bookBalance: money(bookMinor),
    difference: difference === undefined ? null : money(difference),
    openingDifference: opening === undefined ? null : money(opening),
    unexplained: difference === undefined || !isWhole ? null : money(difference - explained),
    isReconciled: difference === 0n && isClosed,
    items: [...ofBank.slice(0, MOST_SHOWN), ...ofBook.slice(0, MOST_SHOWN)].map(({ item }) => item),
    lineCount: lines.length,
    transactionCount: transactions.length,
    suggestions: suggestionsOf(ofBank, ofBook).map((match) => toSuggestion(match, money)),
  } satisfies AccountReconciliationObject);
}

/** Debits less credits by value dates up to a day: what a bank calls the balance. */
async function balanceOf(
  { request, stores }: LedgerContext,
  { id, fundId }: AccountObject,
  asOf: string,
): Promise<bigint> {
  const book = { tenantId: request.tenantId, bookId: fundId };
  const found = await readDebitMinor(stores.pool, book, [id], { asOf, knownAt: undefined });
  return found.get(id) ?? 0n;
}

const sumUntil = (items: readonly Item[], until: string): bigint =>
  items
    .filter(({ item }) => item.effectiveDate <= until)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);

const noted = ({ note }: NotedItem) => ({
  owner: note?.owner ?? null,
  assignee: typeof note?.owner === "string" ? toActor(note.owner) : null,
  explanation: note?.explanation ?? null,
  isClosed: note?.isClosed ?? false,
});

const ageOf = (date: string, asOf: string): number =>
  Math.round((Date.parse(asOf) - Date.parse(date)) / DAY_MS);

function lineItem(open: OpenLine, currency: string, asOf: string): Item {
  const { line, importId, number, isProposed } = open;
  const item = Object.assign(new ReconcilingItemObject(), {
    side: "BANK",
    statementId: importId,
    line: number,
    transactionId: null,
    effectiveDate: line.effectiveDate,
    ageDays: ageOf(line.effectiveDate, asOf),
    amount: { amount: line.amount, currency },
    description: line.description,
    reference: line.reference,
    counterparty: line.counterparty ?? null,
    awaitsApproval: isProposed,
    ...noted(open),
  } satisfies ReconcilingItemObject);
  return { item, amountMinor: parseAmount(line.amount, currency) };
}

function bookItem(open: OpenTransaction, currency: string, asOf: string): Item {
  const { id, effectiveDate, description, reference, counterparty } = open;
  const amountMinor = BigInt(open.amount);
  const item = Object.assign(new ReconcilingItemObject(), {
    side: "BOOK",
    statementId: null,
    line: null,
    transactionId: id,
    effectiveDate,
    ageDays: ageOf(effectiveDate, asOf),
    amount: { amount: formatAmount(amountMinor, currency), currency },
    description,
    reference,
    counterparty,
    awaitsApproval: false,
    ...noted(open),
  } satisfies ReconcilingItemObject);
  return { item, amountMinor };
}

/** What waits for approval becomes a transaction of its own, so it is matched with no other. */
function suggestionsOf(ofBank: readonly Item[], ofBook: readonly Item[]): SuggestedMatch[] {
  const [lines, transactions] = [ofBank, ofBook].map((side) =>
    side.filter(({ item }) => !item.awaitsApproval && !item.isClosed).map(toCandidate),
  ) as [MatchCandidate[], MatchCandidate[]];
  return suggestMatches(lines, transactions, DAYS_APART).slice(0, MOST_SUGGESTED);
}

const toCandidate = ({ item, amountMinor }: Item): MatchCandidate => ({
  key: item.transactionId ?? `${item.statementId} ${item.line}`,
  amountMinor,
  date: item.effectiveDate,
  reference: item.reference,
  counterparty: item.counterparty,
  description: item.description,
});

function toSuggestion(
  { lines, transactions, score, reasons }: SuggestedMatch,
  money: (minor: bigint) => MoneyJson,
): SuggestedMatchObject {
  return {
    lines: lines.map(({ key }) => {
      const [statementId = "", line = ""] = key.split(" ");
      return { statementId, line: Number(line) };
    }),
    transactionIds: transactions.map(({ key }) => key),
    amount: money(lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)),
    score,
    reasons: [...reasons],
  };
}
