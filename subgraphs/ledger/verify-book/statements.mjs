import { requireAccount } from "./accounts.mjs";
import { refuse } from "./fault.mjs";

const wrong = (what) => refuse("IMPORT", what);

/** A bank's file was received: until it is imported, nothing else happens in the book. */
export function receiveStatement(book, payload) {
  const { importId, accountId, lines, from, to } = payload;
  const { currency } = requireAccount(book, accountId);
  if (payload.currency !== currency) wrong(`the account is not kept in ${payload.currency}`);
  if (book.statements.has(importId)) wrong(`statement ${importId} was received before`);
  if ((from === null) !== (lines === 0) || (to === null) !== (lines === 0) || from > to)
    wrong("its days are not those of its lines");
  checkBalances(book, payload, currency);
  for (const { expected, found } of payload.breaks) {
    const [before, next] = [expected, found].map((amount) => book.amounts.minor(amount, currency));
    if (before === next) wrong("a break breaks nothing");
  }
  for (const { accountId: id } of payload.rules) requireAccount(book, id);
  for (const id of [payload.receiptsAccountId, payload.paymentsAccountId])
    if (id !== null) requireAccount(book, id);
  book.statements.set(importId, { ...newStatement(accountId), isKept: true });
  book.openStatement = { importId, receipt: payload, ...NOTHING, pending: [], next: 0 };
}

/** Lines that it left out by their numbers, and where moved ones stand by what posted them. */
const newStatement = (accountId) => ({
  accountId,
  candidates: new Map(),
  places: new Map(),
  isUndone: false,
});

const NOTHING = { read: 0, posted: 0, proposed: 0, duplicates: 0, possibleDuplicates: 0 };

function checkBalances(book, { openingBalance, closingBalance }, currency) {
  book.amounts.minorOrNull(openingBalance, currency);
  book.amounts.minorOrNull(closingBalance, currency);
}

/** Does the event belong to the statement that is being imported, or to the import that is being undone? */
export function checkStatementTurn({ openStatement, undoing }, { type, payload }) {
  if (undoing !== undefined && payload.source?.kind !== "REVERSAL")
    wrong(`statement ${undoing.importId} is undone in part`);
  if (openStatement === undefined) return;
  const { importId, pending, next } = openStatement;
  const isOwn = (payload.source ?? payload.command ?? payload).importId === importId;
  const opens = type === "AccountOpened" && next < pending.length;
  if (!opens && !(isOwn && TURNS.has(type))) wrong(`statement ${importId} does not go on here`);
}

const TURNS = new Set([
  "StatementLinesRead",
  "TransactionPosted",
  "TransactionProposed",
  "StatementImported",
]);

function requireOpen({ openStatement }, importId) {
  if (openStatement?.importId !== importId || openStatement.receipt === undefined)
    wrong(`statement ${importId} is not being imported`);
  return openStatement;
}

function refuseUnsettled({ pending, next }) {
  if (next < pending.length) wrong("a line that was read is not posted");
}

/** Lines of the file in its order; each that is not left out is posted or proposed next. */
export function readLines(book, payload) {
  const { importId, accountId, currency, first, lines } = payload;
  const open = requireOpen(book, importId);
  const { receipt } = open;
  refuseUnsettled(open);
  if (accountId !== receipt.accountId || currency !== receipt.currency)
    wrong("the lines are of another account");
  if (first !== open.read + 1 || open.read + lines.length > receipt.lines)
    wrong("the lines do not follow those read before");
  open.pending = [];
  open.next = 0;
  for (const [at, line] of lines.entries()) takeLine(book, open, first + at, line);
  open.read += lines.length;
}

function takeLine(book, open, number, line) {
  const { identity, verdict, transactionId, bookingDate, earlierId } = line;
  const { receipt, importId } = open;
  const amount = book.amounts.minor(line.amount, receipt.currency);
  if (bookingDate < receipt.from || bookingDate > receipt.to)
    wrong(`line ${number} is not of the statement's days`);
  const isKnown = book.commands.has(identity);
  if (isKnown !== (verdict === "DUPLICATE")) wrong(`line ${number} is not ${verdict}`);
  if (verdict !== "POSSIBLE_DUPLICATE" && (transactionId === null) !== isKnown)
    wrong(`line ${number} is ${verdict}, and ${transactionId === null ? "left out" : "posted"}`);
  if (earlierId !== undefined && !book.transactions.has(earlierId))
    wrong(`line ${number} is compared with a transaction that was never posted`);
  if ((earlierId === undefined) === (verdict === "POSSIBLE_DUPLICATE"))
    wrong(`line ${number} is ${verdict}, and compared with ${earlierId ?? "nothing"}`);
  const { effectiveDate, description } = line;
  const facts = { identity, amount, effectiveDate, description };
  if (transactionId !== null) open.pending.push({ transactionId, ...facts });
  else if (isKnown) open.duplicates += 1;
  else {
    open.possibleDuplicates += 1;
    const candidate = { ...facts, decision: undefined };
    book.statements.get(importId).candidates.set(number, candidate);
  }
}

/** A posting or a proposal settles the next line that waits for it. */
export function settleLine(book, event, entries, by) {
  const { openStatement: open } = book;
  const { payload } = event;
  if (open === undefined) {
    if (by === "posted" && typeof payload.metadata?.moves === "string")
      return moveLine(book, payload);
    return checkAlone(book, payload, by);
  }
  const line = open.pending[open.next];
  if (line === undefined) wrong("no line of the statement leads to it");
  const [own] = entries;
  const amount = book.amounts.minor(own.amount, own.currency);
  const isLine =
    payload.transactionId === line.transactionId &&
    payload.effectiveDate === line.effectiveDate &&
    payload.description === line.description &&
    own.accountId === book.statements.get(open.importId).accountId &&
    (own.side === "DEBIT" ? amount : -amount) === line.amount &&
    book.commands.keyOf(event) === line.identity;
  if (!isLine) wrong("what is posted is not the next line of the statement");
  open[by] += 1;
  open.next += 1;
  if (open.receipt === undefined) book.openStatement = undefined;
}

/** Behind the end of a statement only what waited for approval is posted; earlier versions kept no lines. */
function checkAlone(book, { source, command }, by) {
  const statement = book.statements.get((source ?? command).importId);
  if (statement?.isKept !== true || (by === "posted" && book.approved !== undefined)) return;
  wrong("no line of the statement leads to it");
}

/** A line that is posted moves its other side from where it stands to other accounts. */
function moveLine(book, payload) {
  const { importId } = payload.source;
  const places = checkMove(book, { ...payload, importId });
  book.statements.get(importId).places.set(payload.metadata.moves, places);
}

/** How much the entries of a side have on each account. */
function placesOf(book, entries, side) {
  const places = new Map();
  for (const { accountId, side: own, amount, currency } of entries) {
    if (own !== side) continue;
    const minor = book.amounts.minor(amount, currency);
    places.set(accountId, (places.get(accountId) ?? 0n) + minor);
  }
  return places;
}

const sumOf = (places) => [...places.values()].reduce((sum, each) => sum + each, 0n);

const isSame = (some, others) =>
  some.size === others.size && [...some].every(([id, minor]) => others.get(id) === minor);

/** A move, posted or proposed: where the line stands behind it. */
export function checkMove(book, { importId, metadata: { moves }, effectiveDate, entries }) {
  const { accountId, places } = requireStatement(book, importId);
  const start = book.transactions.get(moves);
  const line = start === undefined ? undefined : book.readEventAt(start).payload;
  if (line?.source.importId !== importId || line.metadata.moves !== undefined)
    wrong(`transaction ${moves} posts no line of the statement`);
  if (book.reversed.has(moves)) wrong(`what posted line ${moves} was reversed`);
  const others = line.entries.filter((entry) => entry.accountId !== accountId);
  const [{ side, currency }] = others;
  if (others.some((entry) => entry.side !== side)) wrong("the line has no one other side");
  const before = places.get(moves) ?? placesOf(book, others, side);
  const to = placesOf(book, entries, side);
  const from = placesOf(book, entries, side === "DEBIT" ? "CREDIT" : "DEBIT");
  const isMoved =
    effectiveDate === line.effectiveDate &&
    entries.every((entry) => entry.currency === currency && entry.accountId !== accountId) &&
    isSame(from, before) &&
    sumOf(to) === sumOf(before);
  if (!isMoved) wrong("the line is not moved from where it stands");
  return to;
}

/** The lines of a bank statement are each posted, proposed, known already, or left out as perhaps known. */
export function recordImport(book, payload) {
  const { importId, accountId, lines, posted, proposed, duplicates } = payload;
  const { currency } = requireAccount(book, accountId);
  if (payload.currency !== currency) wrong(`the account is not kept in ${payload.currency}`);
  checkBalances(book, payload, currency);
  if (book.importIds.has(importId)) wrong(`import ${importId} was recorded before`);
  book.importIds.add(importId);
  // Earlier versions did not count what they left out: it is the rest.
  const rest = lines - posted - proposed - duplicates;
  if ((payload.possibleDuplicates ?? Math.max(0, rest)) !== rest)
    wrong("the lines are not those posted, proposed, known already and left out");
  if (book.openStatement !== undefined) endStatement(book, payload);
  // Of earlier versions the log has the record alone.
  else book.statements.set(importId, newStatement(accountId));
}

function endStatement(book, payload) {
  const open = requireOpen(book, payload.importId);
  refuseUnsettled(open);
  for (const name of COUNTED) {
    if (payload[name] !== open[name]) wrong(`${name} is not what its lines came to`);
  }
  for (const name of REPEATED) {
    if (payload[name] !== open.receipt[name]) wrong(`${name} is not what was received`);
  }
  if (open.read !== open.receipt.lines) wrong("lines of the file were not read");
  book.openStatement = undefined;
}

const COUNTED = ["posted", "proposed", "duplicates", "possibleDuplicates"];
const REPEATED = [
  "accountId",
  "format",
  "iban",
  "lines",
  "skipped",
  "openingBalance",
  "closingBalance",
];

function requireStatement(book, importId) {
  const statement = book.statements.get(importId);
  if (statement === undefined) wrong(`statement ${importId} was never imported`);
  if (statement.isUndone) wrong(`statement ${importId} was undone before`);
  return statement;
}

/** A line left out that was not confirmed. */
export function requireCandidate(book, { importId, line }) {
  const candidate = requireStatement(book, importId).candidates.get(line);
  if (candidate === undefined) wrong(`line ${line} was not left out`);
  if (candidate.decision === "confirmed") wrong(`line ${line} was confirmed before`);
  return candidate;
}

/** The name of a line among all lines and transactions. */
export const lineName = ({ importId, line }) => `${importId} ${line}`;

function refuseMatched(book, payload) {
  if (book.matchOf.has(lineName(payload))) wrong(`line ${payload.line} is matched`);
}

/** The statement that left a line out. */
export function requireLeftOut(book, { importId, line }) {
  const statement = book.statements.get(importId);
  if (statement?.candidates.has(line) !== true)
    wrong(`statement ${importId} left no line ${line} out`);
  return statement;
}

export function confirmLine(book, payload) {
  const { importId, accountId, currency, identity, transactionId, effectiveDate } = payload;
  const candidate = requireCandidate(book, payload);
  refuseMatched(book, payload);
  requireAccount(book, accountId);
  const amount = book.amounts.minor(payload.amount, currency);
  const isLine =
    accountId === book.statements.get(importId).accountId &&
    currency === book.accounts.get(accountId).currency &&
    candidate.identity === identity &&
    candidate.amount === amount &&
    candidate.effectiveDate === effectiveDate;
  if (!isLine) wrong("the line is not the one that its statement has");
  if (book.commands.has(identity)) wrong("the line was posted by another import");
  candidate.decision = "confirmed";
  const { description } = candidate;
  const pending = [{ transactionId, identity, amount, effectiveDate, description }];
  book.openStatement = { importId, ...NOTHING, pending, next: 0 };
}

export function rejectLine(book, payload) {
  const candidate = requireCandidate(book, payload);
  refuseMatched(book, payload);
  if (candidate.decision !== undefined) wrong(`line ${payload.line} was rejected before`);
  candidate.decision = "rejected";
}

/** All that an import posted is reversed by what follows. */
export function undoStatement(book, { importId, accountId, transactions }) {
  const statement = requireStatement(book, importId);
  if (statement.accountId !== accountId) wrong("the statement is of another account");
  const { posted = 0, reversed = 0 } = book.ofImports.get(importId) ?? {};
  if (reversed > 0) wrong("something of the statement was reversed before");
  if (transactions !== posted) wrong("not all that the statement posted is reversed");
  for (const { importId: waiting } of book.proposals.values())
    if (waiting === importId) wrong("a line of the statement waits for approval");
  statement.isUndone = true;
  if (transactions > 0) book.undoing = { importId, left: transactions };
}

/** Counts what imports posted, and what of it was reversed; an undo ends with the last. */
export function countReversed(book, importId, isWhole) {
  const counted = book.ofImports.get(importId);
  if (counted !== undefined) counted.reversed += 1;
  const { undoing } = book;
  if (undoing === undefined) return;
  if (importId !== undoing.importId || !isWhole)
    wrong(`statement ${undoing.importId} is undone in part`);
  undoing.left -= 1;
  if (undoing.left === 0) book.undoing = undefined;
}

export function countPosted(book, importId) {
  const counted = book.ofImports.get(importId);
  if (counted === undefined) book.ofImports.set(importId, { posted: 1, reversed: 0 });
  else counted.posted += 1;
}

/** Refuses an end of the book in the middle of a statement. */
export function checkStatementEnd({ openStatement, undoing }) {
  if (openStatement !== undefined) wrong(`statement ${openStatement.importId} is imported in part`);
  if (undoing !== undefined) wrong(`statement ${undoing.importId} is undone in part`);
}
