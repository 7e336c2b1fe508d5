import { refuseManaged, requireAccount } from "./accounts.mjs";
import { checkAuthority } from "./approvals.mjs";
import { checkDimensions } from "./dimensions.mjs";
import { moveEntries } from "./entries.mjs";
import { refuse } from "./fault.mjs";
import { checkRates } from "./fx-rates.mjs";
import { checkCapture } from "./holds.mjs";
import { postRun, refuseEarlyReversal } from "./journals.mjs";
import { refuseClosedPeriod } from "./periods.mjs";
import { settlePosting } from "./portfolio.mjs";
import { reverse } from "./reversals.mjs";
import { closeYear, reopenYear } from "./years.mjs";
import { countPosted, settleLine } from "./statements.mjs";
import { checkNavPosting } from "./valuations.mjs";

export function postTransaction(book, payload, event, start) {
  const { transactionId, effectiveDate, reference, source, entries } = payload;
  if (source.kind !== "CLOSING" && source.kind !== "REOPENING") {
    refuseClosedPeriod(book, effectiveDate);
  }
  if (book.transactions.has(transactionId)) {
    refuse("TRANSACTION", `transaction ${transactionId} was posted before`);
  }
  // A bank may use a reference as often as it likes.
  if (reference !== null && source.kind !== "STATEMENT") {
    if (book.references.has(reference)) {
      refuse("TRANSACTION", `another transaction has the reference ${reference}`);
    }
    book.references.add(reference);
  }
  if (source.kind === "ADJUSTMENT") checkPair(payload);
  if (source.kind === "STATEMENT") checkLine(payload);
  if (source.kind === "OPENING") openBalances(book, payload);
  if (source.kind === "CLOSING") closeYear(book, payload);
  if (source.kind === "REOPENING") reopenYear(book, payload);
  if (source.kind === "RECURRING") postRun(book, payload);
  refuseEarlyReversal(payload);
  checkCapture(book, payload);
  // The closing of a year and its opposite move managed accounts, too: which ones, they are refused by.
  if (!["ADMINISTRATION", "CLOSING", "REOPENING"].includes(source.kind)) {
    for (const { accountId } of entries) refuseManaged(requireAccount(book, accountId));
  }
  checkDimensions(book, payload);
  const { debits } = moveEntries(book, entries);
  if (payload.fx !== undefined) checkRates(book, payload, debits);
  if (source.kind === "REVERSAL") reverse(book, payload);
  if (source.kind === "ADMINISTRATION") settlePosting(book, payload);
  if (source.kind === "STATEMENT") {
    countPosted(book, source.importId);
    settleLine(book, event, entries, "posted");
  }
  checkNavPosting(book, payload);
  checkAuthority(book, payload, debits);
  book.transactions.set(transactionId, start);
  book.commands.fulfil();
}

/** A book has one set of opening balances that stands. */
function openBalances(book, { transactionId, reference }) {
  if (book.opening !== undefined) {
    refuse("TRANSACTION", `the opening balances were recorded as transaction ${book.opening}`);
  }
  if (reference !== null) refuse("TRANSACTION", "opening balances carry no reference");
  book.opening = transactionId;
}

/** A line moves all of its amount from or to the bank's account; a move of it is proven by where the line stands. */
function checkLine({ entries: [own, ...others], metadata }) {
  if (typeof metadata.moves === "string") return;
  const isLine =
    others.length > 0 &&
    others.every(({ accountId, side }) => accountId !== own.accountId && side !== own.side);
  if (!isLine) refuse("ENTRIES", "a line of a statement has one entry on the bank's account alone");
}

/** Adjustments move one amount between two accounts. */
function checkPair({ entries, reference, metadata }) {
  const [one, other] = entries;
  if (entries.length !== 2 || one.accountId === other.accountId) {
    refuse("ENTRIES", "an adjustment has one entry on each of two accounts");
  }
  const isBare = reference === null && Object.keys(metadata).length === 0;
  if (!isBare) {
    refuse("ENTRIES", "an adjustment carries no reference and no metadata");
  }
}
