import { requireAccount } from "./accounts.mjs";
import { spellDimensions } from "./dimensions.mjs";
import { refuse } from "./fault.mjs";
import { requireClosedUntil } from "./periods.mjs";

/** What strikes of an administered fund allot to its classes takes the results of its years. */
export const takesAllocated = ({ code, managed }) => managed && code === "3900";

/**
 * May a year be closed by these entries? That they are the balances of the day is proven in the database,
 * where entries are found by their days.
 */
export function refuseClosing(book, { effectiveDate, entries, readAt }) {
  const last = book.years.at(-1);
  if (last !== undefined && effectiveDate <= last.to) {
    refuse("PERIOD", `the year to ${last.to} was closed before`);
  }
  if (!Number.isSafeInteger(readAt) || readAt >= book.position)
    refuse("PERIOD", "the balances of the year are of a later position");
  requireClosedUntil(book, effectiveDate, readAt);
  for (const { accountId } of entries) {
    const account = requireAccount(book, accountId);
    const isResult = account.type === "INCOME" || account.type === "EXPENSE";
    if (!isResult && !takesAllocated(account) && account.class !== "RETAINED_EARNINGS") {
      refuse("PERIOD", `a year is closed to account ${accountId}`);
    }
  }
}

export function closeYear(book, { transactionId, effectiveDate, entries, source, reference }) {
  refuseClosing(book, { effectiveDate, entries, readAt: source.readAt });
  if (reference !== null) refuse("PERIOD", "the closing of a year carries no reference");
  book.years.push({ to: effectiveDate, transactionId, legs: legsOf(book, entries) });
}

/** What is moved on each side of each account; entries of one place are opposed together. */
function legsOf(book, entries, isOpposite = false) {
  const sums = new Map();
  for (const { accountId, side, amount, currency, dimensions } of entries) {
    const place = `${accountId} ${(side === "DEBIT") !== isOpposite} ${spellDimensions(dimensions)}`;
    sums.set(place, (sums.get(place) ?? 0n) + book.amounts.minor(amount, currency));
  }
  return [...sums]
    .map(([place, minor]) => `${place} ${minor}`)
    .sort()
    .join();
}

export function refuseReopening(book, { effectiveDate, entries, reopens }) {
  const last = book.years.at(-1);
  if (last?.transactionId !== reopens) refuse("PERIOD", `${reopens} is not the last closed year`);
  if (effectiveDate !== last.to || legsOf(book, entries, true) !== last.legs) {
    refuse("PERIOD", "a year is reopened by other entries than the opposite of its closing");
  }
}

export function reopenYear(book, { effectiveDate, entries, source, reference }) {
  refuseReopening(book, { effectiveDate, entries, reopens: source.reopens });
  if (reference !== null) refuse("PERIOD", "the reopening of a year carries no reference");
  book.years.pop();
}
