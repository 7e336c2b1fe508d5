import { requireCurrency, requireOpen } from "./accounts.mjs";
import { refuse } from "./fault.mjs";

/**
 * Moves the balances by the entries and refuses entries that cannot stand. What counts for a minimum
 * balance is where all of them leave an account, and only when that is lower than before.
 */
export function moveEntries(book, entries) {
  const sums = new Map();
  const debits = new Map();
  const moved = [];
  for (const entry of entries) {
    const { currency, side } = entry;
    const account = requireOpen(book, entry.accountId);
    requireCurrency(account, currency);
    const amount = book.amounts.minor(entry.amount, currency, "ENTRIES");
    if (amount <= 0n) refuse("ENTRIES", "an entry moves nothing");
    const isDebit = side === "DEBIT";
    sums.set(currency, (sums.get(currency) ?? 0n) + (isDebit ? amount : -amount));
    if (isDebit) debits.set(currency, (debits.get(currency) ?? 0n) + amount);
    if (account.balanceBefore === undefined) {
      account.balanceBefore = account.balance;
      moved.push(account);
    }
    account.balance += isDebit === account.debitNormal ? amount : -amount;
    if (
      entry.balanceAfter !== undefined &&
      account.balance !== book.amounts.minor(entry.balanceAfter, currency, "ENTRIES")
    ) {
      refuse("ENTRIES", `the balance of account ${account.id} is not the sum of its entries`);
    }
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n) refuse("ENTRIES", `debits and credits in ${currency} differ`);
  }
  const before = moved.map(settle);
  return { debits, moved, before };
}

/** Refuses a balance that the minimum does not allow, and returns the one before. */
function settle(account) {
  const { id, minimum, balance, held, balanceBefore } = account;
  account.balanceBefore = undefined;
  if (minimum !== null && balance < balanceBefore && balance - held < minimum) {
    refuse("BALANCE", `account ${id} falls below its minimum balance`);
  }
  return balanceBefore;
}
