import { AppError } from "@allfunds/contract/errors";
import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { BookState } from "../../engine/book-state.ts";
import { requireAccount } from "../accounts/account.ts";
import type { RequestedEntry } from "../transactions/transaction.ts";
import { accountOfClass, type AccountClass } from "./account-class.ts";

/** What brings each currency of these entries to zero, on its one account of a class. */
export function balancingEntries(
  entries: readonly RequestedEntry[],
  state: BookState,
  wanted: AccountClass,
): RequestedEntry[] {
  const sums = new Map<string, bigint>();
  for (const { accountId, side, amount } of entries) {
    const { currency } = requireAccount(state, accountId);
    const minor = parseAmount(amount, currency);
    sums.set(currency, (sums.get(currency) ?? 0n) + (side === "DEBIT" ? minor : -minor));
  }
  return [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([currency, sum]) => ({
      accountId: requireOfClass(state, wanted, currency),
      side: sum > 0n ? "CREDIT" : "DEBIT",
      amount: formatAmount(sum > 0n ? sum : -sum, currency),
    }));
}

function requireOfClass(state: BookState, wanted: AccountClass, currency: string): string {
  const account = accountOfClass(state, wanted, currency);
  if (account !== undefined) return account.id;
  throw new AppError(
    "ACCOUNT_NOT_FOUND",
    `No EQUITY account in ${currency} has the class ${wanted}: classify one first.`,
  );
}
