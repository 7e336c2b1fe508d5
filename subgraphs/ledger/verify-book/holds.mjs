import { requireAccount, requireCurrency, requireOpen } from "./accounts.mjs";
import { refuse } from "./fault.mjs";

export function placeHold(book, payload, event) {
  const { holdId, accountId, contraAccountId, currency, expiresAt } = payload;
  const account = requireOpen(book, accountId);
  requireCurrency(account, currency);
  if (book.holdIds.has(holdId)) refuse("HOLD", `hold ${holdId} was placed before`);
  if (contraAccountId !== null) {
    requireCurrency(requireAccount(book, contraAccountId), currency);
    if (contraAccountId === accountId) refuse("HOLD", "the hold goes to the account it is on");
  }
  const amount = book.amounts.minor(payload.amount, currency);
  if (amount <= 0n) refuse("HOLD", "the hold reserves nothing");
  const { minimum, balance, held } = account;
  if (minimum !== null && balance - held - amount < minimum) {
    refuse("HOLD", `less than that can be held on account ${accountId}`);
  }
  if (expiresAt !== null && book.clockIsExact && expiresAt <= event.recordedAt) {
    refuse("HOLD", "the hold was over before it began");
  }
  account.held += amount;
  book.holdIds.add(holdId);
  book.holds.set(holdId, { accountId, contraAccountId, currency, remaining: amount, expiresAt });
}

/** A hold that still reserves something, on the account and in the currency that the event has. */
function requireHold(book, { holdId, accountId, currency }) {
  const hold = book.holds.get(holdId);
  if (hold === undefined) {
    refuse("HOLD", `hold ${holdId} ${book.holdIds.has(holdId) ? "is over" : "was never placed"}`);
  }
  if (hold.accountId !== accountId || hold.currency !== currency) {
    refuse("HOLD", `hold ${holdId} is on account ${hold.accountId}, in ${hold.currency}`);
  }
  return hold;
}

/**
 * A clock that lags behind the one that wrote the event before may still use what is due by that event's
 * time. Where the event moved the time on, its time is the one by which it was decided.
 */
function refuseDue(book, { expiresAt }, { recordedAt }) {
  if (expiresAt !== null && book.clockIsExact && expiresAt <= recordedAt) {
    refuse("HOLD", `the hold was over at ${expiresAt}`);
  }
}

function release(book, holdId, hold, amount) {
  book.accounts.get(hold.accountId).held -= amount;
  hold.remaining -= amount;
  if (hold.remaining === 0n) book.holds.delete(holdId);
}

export function captureHold(book, payload, event) {
  const { holdId, transactionId, currency } = payload;
  const hold = requireHold(book, payload);
  refuseDue(book, hold, event);
  const amount = book.amounts.minor(payload.amount, currency);
  if (amount <= 0n || amount > hold.remaining) {
    refuse("HOLD", `hold ${holdId} does not reserve what is captured`);
  }
  if (book.amounts.minor(payload.remaining, currency) !== hold.remaining - amount) {
    refuse("HOLD", `what remains of hold ${holdId} does not follow from its captures`);
  }
  release(book, holdId, hold, amount);
  book.captured = { holdId, accountId: hold.accountId, amount };
  book.commands.await({
    by: event,
    kind: "HOLD",
    what: `the posting of the capture of hold ${holdId} is not there`,
    allows: ({ type, payload: next }) =>
      type === "TransactionPosted" &&
      next.transactionId === transactionId &&
      next.source.kind === "CAPTURE" &&
      next.source.holdId === holdId,
  });
}

/** The posting of a capture takes from the hold's account what was captured, to one other account. */
export function checkCapture(book, { source, entries }) {
  const { captured } = book;
  book.captured = undefined;
  if (source.kind !== "CAPTURE") return;
  if (captured === undefined)
    refuse("HOLD", `no capture of hold ${source.holdId} stands before it`);
  const taking = entries.find(({ accountId }) => accountId === captured.accountId);
  const { debitNormal } = book.accounts.get(captured.accountId);
  if (
    entries.length !== 2 ||
    entries[0].accountId === entries[1].accountId ||
    taking === undefined ||
    taking.side !== (debitNormal ? "CREDIT" : "DEBIT") ||
    book.amounts.minor(taking.amount, taking.currency) !== captured.amount
  ) {
    refuse("HOLD", `the posting does not take what was captured of hold ${captured.holdId}`);
  }
}

function end(book, payload, hold) {
  const { holdId, currency, released } = payload;
  if (book.amounts.minor(released, currency) !== hold.remaining) {
    refuse("HOLD", `what was released is not what remained of hold ${holdId}`);
  }
  release(book, holdId, hold, hold.remaining);
}

export function voidHold(book, payload, event) {
  const hold = requireHold(book, payload);
  refuseDue(book, hold, event);
  end(book, payload, hold);
}

export function expireHold(book, payload, { recordedAt }) {
  const hold = requireHold(book, payload);
  if (hold.expiresAt === null || hold.expiresAt > recordedAt) {
    refuse("HOLD", `hold ${payload.holdId} was not due`);
  }
  end(book, payload, hold);
}
