import { AppError } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import { balancingEntries } from "../account-classes/balancing-entries.ts";
import { classificationOf } from "../account-classes/account-class.ts";
import { accountByCode, requireAccount, type AccountState } from "../accounts/account.ts";
import { accountCode, CHART, RESULTS_OF_CLASS } from "../fund-terms/fund-accounts.ts";
import { termsOn } from "../fund-terms/fund-terms.ts";
import { fundOf } from "../funds/fund.ts";
import { SHARE_CLASS } from "../share-classes/share-class.ts";
import type { RequestedEntry } from "../transactions/transaction.ts";

export const isResult = (type: string): boolean => type === "INCOME" || type === "EXPENSE";

const isAllocated = ({ code, managed }: AccountState): boolean =>
  managed && code === CHART.RESULT_ALLOCATED.number;

/** Whether an account keeps the results of closed years. */
export const takesResult = (state: BookState, account: AccountState): boolean =>
  isAllocated(account) || classificationOf(state, account).class === "RETAINED_EARNINGS";

/**
 * What takes these balances of income and expenses. In the book of an administered fund that is the account by which
 * strikes allot results to the classes: it takes back what they put there, and no class owns more or less by it.
 */
export function resultEntries(
  balances: readonly RequestedEntry[],
  state: BookState,
  to: string,
): RequestedEntry[] {
  const allocated = accountByCode(state, CHART.RESULT_ALLOCATED.number);
  if (allocated !== undefined && isAllocated(allocated)) {
    return allocatedEntries(balances, state, allocated);
  }
  if (termsOn(state, to) === undefined) {
    return balancingEntries(balances, state, "RETAINED_EARNINGS");
  }
  throw new AppError(
    "ACCOUNT_NOT_FOUND",
    "The fund has no account 3900 of its administration: open a share class first.",
  );
}

/** One entry for the income and one for the expenses of each class, and of all of them together. */
function allocatedEntries(
  balances: readonly RequestedEntry[],
  state: BookState,
  { id: accountId, currency }: AccountState,
): RequestedEntry[] {
  const classOf = classesByCode(state);
  const sums = new Map<string, bigint>();
  for (const { accountId: closed, side, amount } of balances) {
    const account = requireAccount(state, closed);
    if (account.currency !== currency) throw foreign(account, currency);
    const minor = parseAmount(amount, currency);
    const key = `${account.type} ${classOf.get(account.code) ?? ""}`;
    sums.set(key, (sums.get(key) ?? 0n) + (side === "DEBIT" ? minor : -minor));
  }
  return [...sums.values()]
    .filter((sum) => sum !== 0n)
    .map((sum) => ({
      accountId,
      side: sum > 0n ? "CREDIT" : "DEBIT",
      amount: formatAmount(sum > 0n ? sum : -sum, currency),
    }));
}

/** The class that an account of income or expenses is kept for, by its code. */
function classesByCode(state: BookState): ReadonlyMap<string, string> {
  const base = fundOf(state)?.currency ?? "";
  const classes = [...state.all(SHARE_CLASS).values()];
  return new Map(
    classes.flatMap(({ code: classCode }) =>
      RESULTS_OF_CLASS.map((kind) => [accountCode(kind, base, { classCode }), classCode] as const),
    ),
  );
}

/** Results of an administered fund are kept in its base currency: no NAV counts another one. */
const foreign = ({ code, currency }: AccountState, base: string): AppError =>
  new AppError(
    "NAV_CHECKS_OPEN",
    `Account ${code} has a result in ${currency}: move it to an account in ${base} through the exchange accounts first.`,
  );
