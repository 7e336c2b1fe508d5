import { refuse } from "./fault.mjs";
import { countReversed } from "./statements.mjs";

const legOf = ({ accountId, side }) => `${accountId} ${side}`;

/** What of a transaction is left to reverse, by account and side. The original is read from the file. */
function leftOf(book, id) {
  const known = book.reversed.get(id);
  if (known !== undefined) return known;
  const start = book.transactions.get(id);
  if (start === undefined) refuse("REVERSAL", `transaction ${id} was never posted`);
  const { payload } = book.readEventAt(start);
  if (payload.source.kind === "REVERSAL") refuse("REVERSAL", `${id} is itself a reversal`);
  if (payload.source.kind === "CLOSING" || payload.source.kind === "REOPENING") {
    refuse("REVERSAL", `${id} closes or reopens a year`);
  }
  const left = new Map();
  for (const entry of payload.entries) {
    const name = legOf(entry);
    const amount = book.amounts.minor(entry.amount, entry.currency);
    left.set(name, (left.get(name) ?? 0n) + amount);
  }
  book.reversed.set(id, left);
  return left;
}

/** What would be left after these entries, which take back no more than is left; nothing changes yet. */
export function leftAfter(book, reverses, entries) {
  const left = new Map(leftOf(book, reverses));
  for (const entry of entries) {
    const name = legOf({ ...entry, side: entry.side === "DEBIT" ? "CREDIT" : "DEBIT" });
    const after = (left.get(name) ?? 0n) - book.amounts.minor(entry.amount, entry.currency);
    if (after < 0n) {
      refuse("REVERSAL", `more of ${reverses} is reversed on ${entry.accountId} than there was`);
    }
    left.set(name, after);
  }
  return left;
}

export function reverse(book, { source: { reverses }, entries }) {
  if (book.opening === reverses) book.opening = undefined;
  const left = leftAfter(book, reverses, entries);
  book.reversed.set(reverses, left);
  const { payload } = book.readEventAt(book.transactions.get(reverses));
  const isWhole = [...left.values()].every((amount) => amount === 0n);
  countReversed(book, payload.source.importId, isWhole);
}
