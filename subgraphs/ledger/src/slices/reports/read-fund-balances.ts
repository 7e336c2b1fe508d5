import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { AccountEntity } from "../accounts/account-sql.ts";
import { toAccountObject, type AccountObject } from "../accounts/account-object.ts";
import { normalSide } from "../accounts/account.ts";
import {
  isBehindAllDays,
  readDebitMinor,
  readDebitMinorOfAllDays,
} from "../balances/balance-sql.ts";
import type { Stores } from "../../graph/ledger-context.ts";
import { readClosings } from "../periods/closed-year-sql.ts";

export interface AccountBalance {
  readonly account: AccountObject;
  /** Debits less credits, in minor units. */
  readonly debitMinor: bigint;
  /** The same on the account's normal side. */
  readonly normalMinor: bigint;
}

export interface ReportPoint {
  readonly asOf: string;
  readonly knownAt: number;
}

interface FundOfTenant {
  readonly tenantId: string;
  readonly fundId: string;
}

/** The accounts of a fund, by code. */
export async function readFundChart(
  { orm }: Stores,
  { tenantId, fundId }: FundOfTenant,
): Promise<readonly AccountObject[]> {
  const rows = await orm.as(tenantId, (em) => em.find(AccountEntity, { tenantId, fundId }));
  return rows.map((row) => toAccountObject(row)).sort((a, b) => (a.code < b.code ? -1 : 1));
}

/**
 * What moved on each account of a fund after `since` and up to `until`; accounts without are left out. With
 * `since`, the closing of a year moves nothing: a year has its income and expenses after it is closed, too.
 */
export async function readFundBalances(
  stores: Stores,
  fund: FundOfTenant,
  until: ReportPoint,
  since?: ReportPoint,
): Promise<AccountBalance[]> {
  const { pool, reportCorrupt } = stores;
  const { tenantId, fundId } = fund;
  const accounts = await readFundChart(stores, fund);
  const ids = accounts.map(({ id }) => id);
  const book = { tenantId, bookId: fundId };
  // What was posted since `knownAt` can only add days, so a day behind all of them was behind those known then.
  const isOfAllDays = await isBehindAllDays(pool, book, until.asOf);
  const after = isOfAllDays
    ? await readDebitMinorOfAllDays(pool, tenantId, ids, until.knownAt)
    : await readDebitMinor(pool, book, ids, until);
  const before = since === undefined ? undefined : await readDebitMinor(pool, book, ids, since);
  // Closings are no income and no expense of the days that they have.
  const closed = since && (await readClosings(pool, { tenantId, fundId }, since.asOf, until));
  const moved = accounts.map((account) => {
    const { id } = account;
    const debitMinor = (after.get(id) ?? 0n) - (before?.get(id) ?? 0n) - (closed?.get(id) ?? 0n);
    const normalMinor = normalSide(account.type) === "DEBIT" ? debitMinor : -debitMinor;
    return { account, debitMinor, normalMinor };
  });
  refuseUnbalanced(moved, (what) => reportCorrupt(book, what));
  return moved.filter(({ debitMinor }) => debitMinor !== 0n);
}

/** Every transaction is zero in each currency, so all accounts together are: else no figure of them is shown. */
function refuseUnbalanced(
  balances: readonly AccountBalance[],
  report: (what: string) => void,
): void {
  const sums = sumByCurrency(balances, ["debit"], ({ debitMinor }) => ({ debit: debitMinor }));
  const uneven = sums.find(({ sums: { debit } }) => debit !== 0n);
  if (uneven === undefined) return;
  const { currency } = uneven;
  const difference = formatAmount(uneven.sums.debit, currency);
  const what = `debits and credits of its accounts differ by ${difference} ${currency}`;
  report(what);
  throw new AppError(
    "BOOK_CORRUPT",
    `The books of this fund do not balance: ${what}. An operator has to verify them.`,
  );
}

/** Sums by currency, in the order of the currencies' names. */
export function sumByCurrency<Sums extends string>(
  balances: readonly AccountBalance[],
  names: readonly Sums[],
  shareOf: (balance: AccountBalance) => Readonly<Partial<Record<Sums, bigint>>>,
): { readonly currency: string; readonly sums: Readonly<Record<Sums, bigint>> }[] {
  const byCurrency = new Map<string, Record<Sums, bigint>>();
  for (const balance of balances) {
    const { currency } = balance.account;
    const zero = Object.fromEntries(names.map((name) => [name, 0n])) as Record<Sums, bigint>;
    const sums = byCurrency.get(currency) ?? zero;
    const share = shareOf(balance);
    for (const name of names) sums[name] += share[name] ?? 0n;
    byCurrency.set(currency, sums);
  }
  return [...byCurrency]
    .map(([currency, sums]) => ({ currency, sums }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
