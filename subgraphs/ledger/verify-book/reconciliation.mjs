import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";
import { lineName, requireCandidate, requireLeftOut } from "./statements.mjs";

const wrong = (what) => refuse("MATCH", what);

const namesOf = ({ lines, transactionIds }) => [...lines.map(lineName), ...transactionIds];

const MOST_ITEMS = 200;

/** Lines left out and transactions that no line posted, both without a match, come to the same. */
export function matchLines(book, payload) {
  const { matchId, accountId, lines, transactionIds } = payload;
  const { currency } = requireAccount(book, accountId);
  if (payload.currency !== currency) wrong(`the account is not kept in ${payload.currency}`);
  if (book.matchIds.has(matchId)) wrong(`there was a match ${matchId} before`);
  const names = namesOf(payload);
  const isCounted = transactionIds.length > 0 && names.length > 1 && names.length <= MOST_ITEMS;
  if (!isCounted || new Set(names).size < names.length) wrong("its items are too few or the same");
  for (const name of names) if (book.matchOf.has(name)) wrong(`${name} is matched already`);
  const amount = book.amounts.minor(payload.amount, currency);
  let ofLines = 0n;
  for (const line of lines) ofLines += amountOfLine(book, accountId, line);
  let ofBook = 0n;
  for (const id of transactionIds) ofBook += amountOnAccount(book, accountId, id);
  if (ofLines !== amount || ofBook !== amount) wrong("lines and transactions differ");
  book.matchIds.add(matchId);
  book.matches.set(matchId, { accountId, lines, transactionIds });
  for (const name of names) book.matchOf.set(name, matchId);
}

function amountOfLine(book, accountId, line) {
  if (requireLeftOut(book, line).accountId !== accountId) wrong("a line is of another account");
  return requireCandidate(book, line).amount;
}

function postedOn(book, accountId, id) {
  const start = book.transactions.get(id);
  if (start === undefined) wrong(`transaction ${id} was never posted`);
  const { payload } = book.readEventAt(start);
  const entries = payload.entries.filter((entry) => entry.accountId === accountId);
  if (entries.length === 0) wrong(`transaction ${id} is not on the account`);
  return { source: payload.source, entries };
}

function amountOnAccount(book, accountId, id) {
  const { source, entries } = postedOn(book, accountId, id);
  if (source.kind === "STATEMENT") wrong(`a line of a statement posted transaction ${id}`);
  let sum = 0n;
  for (const { side, amount, currency } of entries) {
    const minor = book.amounts.minor(amount, currency);
    sum += side === "DEBIT" ? minor : -minor;
  }
  return sum;
}

export function unmatchLines(book, payload) {
  const { matchId, accountId } = payload;
  const match = book.matches.get(matchId);
  if (match === undefined) wrong(`there is no match ${matchId}`);
  const isSame = match.accountId === accountId && namesOf(match).join() === namesOf(payload).join();
  if (!isSame) wrong("the match has other lines and transactions");
  book.matches.delete(matchId);
  for (const name of namesOf(match)) book.matchOf.delete(name);
}

/** The item is one line, or one transaction, of the account. */
export function updateItem(book, payload) {
  const { accountId, importId, line, transactionId, explanation, isClosed } = payload;
  requireAccount(book, accountId);
  if ((importId === null) !== (line === null) || (importId === null) === (transactionId === null))
    wrong("it is not about one line or one transaction");
  if (transactionId !== null) postedOn(book, accountId, transactionId);
  else if (requireLeftOut(book, payload).accountId !== accountId)
    wrong("the line is of another account");
  if (isClosed && explanation === null) wrong("it is closed without an explanation");
}
