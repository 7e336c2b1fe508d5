import { checkAuthority } from "./approvals.mjs";
import { moveEntries } from "./entries.mjs";
import { refuse } from "./fault.mjs";
import { checkRates } from "./fx-rates.mjs";
import { checkCapture } from "./holds.mjs";
import { refuseClosedPeriod } from "./periods.mjs";
import { reverse } from "./reversals.mjs";

export function postTransaction(book, payload, event, start) {
  const { transactionId, effectiveDate, reference, source, entries } = payload;
  refuseClosedPeriod(book, effectiveDate);
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
  checkCapture(book, payload);
  const { debits } = moveEntries(book, entries);
  if (payload.fx !== undefined) checkRates(book, payload, debits);
  if (source.kind === "REVERSAL") reverse(book, payload);
  checkAuthority(book, payload, debits);
  book.transactions.set(transactionId, start);
  book.commands.fulfil();
}
