import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { AccountEntity } from "../accounts/account-sql.ts";
import { toAccountObject, type AccountObject } from "../accounts/account-object.ts";
import { normalSide } from "../accounts/account.ts";
import { readDebitMinor } from "../balances/balance-sql.ts";
import type { Stores } from "../../graph/ledger-context.ts";

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

/** What moved on each account of a fund after `since` and up to `until`; accounts without are left out. */
export async function readFundBalances(
  { orm, pool, reportCorrupt }: Stores,
  { tenantId, fundId }: FundOfTenant,
  until: ReportPoint,
  since?: ReportPoint,
): Promise<AccountBalance[]> {
  const rows = await orm.as(tenantId, (em) => em.find(AccountEntity, { tenantId, fundId }));
  const accounts = rows.map((row) => toAccountObject(row));
  const ids = accounts.map(({ id }) => id);
  const book = { tenantId, bookId: fundId };
  const after = await readDebitMinor(pool, book, ids, until);
  const before = since === undefined ? undefined : await readDebitMinor(pool, book, ids, since);
  const moved = accounts.map((account) => {
    const debitMinor = (after.get(account.id) ?? 0n) - (before?.get(account.id) ?? 0n);
    const normalMinor = normalSide(account.type) === "DEBIT" ? debitMinor : -debitMinor;
    return { account, debitMinor, normalMinor };
  });
  refuseUnbalanced(moved, (what) => reportCorrupt(book, what));
  return moved
    .filter(({ debitMinor }) => debitMinor !== 0n)
    .sort((a, b) => (a.account.code < b.account.code ? -1 : 1));
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
