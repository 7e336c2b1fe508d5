import { requireAccount } from "./accounts.mjs";
import { spellDimensions } from "./dimensions.mjs";
import { moveEntries } from "./entries.mjs";
import { refuse } from "./fault.mjs";
import { refuseClosedPeriod } from "./periods.mjs";
import { leftAfter } from "./reversals.mjs";
import { refuseClosing, refuseReopening, takesAllocated } from "./years.mjs";
import { isId, isObject } from "./values.mjs";

/** The source of the posting that each kind of proposed command leads to. */
const SOURCE_OF = {
  PostTransaction: "API",
  RevalueCurrencies: "API",
  RunJournalTemplate: "RECURRING",
  AdjustBalance: "ADJUSTMENT",
  RecordOpeningBalances: "OPENING",
  CloseYear: "CLOSING",
  ReopenYear: "REOPENING",
  PostStatementLine: "STATEMENT",
  MoveStatementLine: "STATEMENT",
  SplitStatementLine: "STATEMENT",
  ReverseTransaction: "REVERSAL",
  CaptureHold: "CAPTURE",
};

/** Where a posting that a client wrote entry by entry can come from. */
const JOURNALS = new Set(["API", "ACCRUAL"]);

/** The source of the posting that a proposed command leads to. */
export const sourceKindOf = ({ kind, source }) =>
  kind === "PostTransaction" ? source?.kind : SOURCE_OF[kind];

/** Commands that may open the account of the other side first. */
export const OPENS_ACCOUNT = new Set(["AdjustBalance", "PostStatementLine"]);

/** Postings on the last day of a closed year. */
const OF_YEAR = new Set(["CloseYear", "ReopenYear"]);

const wrong = (what) => refuse("APPROVAL", `the proposed command ${what}`);

/** A posting is only proposed when it could be posted at once, but for the limit. Returns its debits. */
export function checkProposed(book, payload) {
  const { transactionId, effectiveDate, reference, legs, command } = payload;
  if (!Object.hasOwn(SOURCE_OF, command.kind)) wrong(`is of the unknown kind ${command.kind}`);
  checkStatedTwice(payload);
  if (book.transactions.has(transactionId)) wrong("has the id of a posted transaction");
  if (command.kind !== "PostStatementLine" && book.references.has(reference)) {
    wrong("has the reference of another transaction");
  }
  if (!OF_YEAR.has(command.kind)) refuseClosedPeriod(book, effectiveDate);
  if (command.kind !== "AdjustBalance" && !isObject(command.metadata)) wrong("has no metadata");
  CHECKS[command.kind](book, payload);
  return tryEntries(book, payload, legs);
}

/** A trade that waits: what its entries debit. The accounts of a new security open with it. */
export function checkProposedTrade(book, { fundId, transactionId, legs, command }) {
  if (command.fundId !== fundId) wrong("has another fundId than its event");
  const several = { RecordTrades: command.trades, SettleTrades: command.tradeIds };
  const isOne = (several[command.kind]?.length ?? 1) === 1;
  if (!isOne) wrong("is not of one trade");
  if (book.transactions.has(transactionId)) wrong("has the id of a posted transaction");
  const sums = new Map();
  for (const { side, amount, currency } of legs) {
    const [debit, credit] = sums.get(currency) ?? [0n, 0n];
    const minor = book.amounts.minor(amount, currency);
    if (minor <= 0n) wrong("has an entry of nothing");
    sums.set(currency, side === "DEBIT" ? [debit + minor, credit] : [debit, credit + minor]);
  }
  for (const [debit, credit] of sums.values()) if (debit !== credit) wrong("is not balanced");
  return new Map([...sums].map(([currency, [debit]]) => [currency, debit]));
}

/** The event repeats what its command has, so that it can be read without it. */
function checkStatedTwice({ command, ...event }) {
  const isAdjustment = command.kind === "AdjustBalance";
  const stated = isAdjustment
    ? { ...command, description: command.reason, reference: null }
    : command;
  for (const name of ["fundId", "transactionId", "effectiveDate", "description", "reference"]) {
    if (stated[name] !== event[name]) wrong(`has another ${name} than its event`);
  }
}

/** Moves the balances as the posting would, and back. */
function tryEntries(book, { command }, legs) {
  const fresh = legs.find(({ accountId }) => !book.accounts.has(accountId));
  if (fresh !== undefined && fresh.accountId === command.contra?.own?.freshId) {
    const { accountId: id, currency } = fresh;
    const empty = { status: "OPEN", balance: 0n, held: 0n, minimum: null };
    book.accounts.set(id, { id, currency, debitNormal: true, ...empty });
  }
  const hold = command.kind === "CaptureHold" ? book.holds.get(command.holdId) : undefined;
  const account = hold && book.accounts.get(hold.accountId);
  const captured = hold === undefined ? 0n : book.amounts.minor(legs[0].amount, legs[0].currency);
  if (account !== undefined) account.held -= captured;
  const { debits, moved, before } = moveEntries(book, legs);
  for (const [index, each] of moved.entries()) each.balance = before[index];
  if (account !== undefined) account.held += captured;
  if (fresh !== undefined) book.accounts.delete(fresh.accountId);
  return debits;
}

const CHECKS = {
  PostTransaction: checkJournal,
  RevalueCurrencies: (book, { legs, command }) => checkEntries(book, legs, command.entries),
  RunJournalTemplate: (book, { legs, command }) => checkEntries(book, legs, command.entries),
  AdjustBalance: checkAdjustment,
  RecordOpeningBalances: checkOpening,
  CloseYear: checkClosing,
  ReopenYear: checkReopening,
  PostStatementLine: checkStatementLine,
  MoveStatementLine: checkMovedLine,
  SplitStatementLine: checkSplitLine,
  ReverseTransaction: checkReversal,
  CaptureHold: checkCaptureOf,
};

function checkJournal(book, { legs, command }) {
  if (!JOURNALS.has(command.source?.kind)) wrong("is no journal posting");
  checkEntries(book, legs, command.entries);
}

function checkClosing(book, { effectiveDate, legs, command }) {
  refuseClosing(book, { effectiveDate, entries: legs, readAt: command.readAt });
  // An administered fund has one entry for each class and kind of result, all on one account.
  const isAllocated = legs.some(({ accountId }) => takesAllocated(requireAccount(book, accountId)));
  checkBalanced(book, legs, command.balances, isAllocated);
}

function checkReopening(book, { effectiveDate, legs, command }) {
  refuseReopening(book, { effectiveDate, entries: legs, reopens: command.reopens });
}

/** What was stated comes first; what brings each currency to zero follows, once in each. */
function checkOpening(book, { legs, command }) {
  if (book.opening !== undefined) wrong("records opening balances a second time");
  checkBalanced(book, legs, command.balances);
}

function checkBalanced(book, legs, balances, isSplit = false) {
  if (!Array.isArray(balances)) wrong("has no balances");
  const contra = legs.slice(balances.length).map(({ currency }) => currency);
  if (!isSplit && new Set(contra).size !== contra.length) wrong("has other entries");
  checkEntries(book, legs.slice(0, balances.length), balances);
}

/** Entries as a client wrote them lead to these legs; those of a reversal may have dimensions of the original. */
function checkEntries(book, legs, entries, inherits = false) {
  if (!Array.isArray(entries) || entries.length !== legs.length) wrong("has other entries");
  for (const [index, { accountId, side, amount, currency, dimensions }] of legs.entries()) {
    const entry = entries[index];
    if (
      entry?.accountId !== accountId ||
      entry.side !== side ||
      (entry.currency ?? currency) !== currency ||
      (!(inherits && entry.dimensions === undefined) &&
        spellDimensions(entry.dimensions) !== spellDimensions(dimensions)) ||
      book.amounts.fromClient(entry.amount, currency) !== book.amounts.minor(amount, currency)
    ) {
      wrong("has other entries");
    }
  }
}

/** Both legs move the same amount: on the account that is stated, and on its contra account. */
function pairOf(book, { legs }, accountId) {
  const [one, other] = legs;
  const own = one.accountId === accountId ? one : other;
  if (legs.length !== 2 || own.accountId !== accountId) wrong("has other entries");
  return {
    own,
    contra: own === one ? other : one,
    minor: book.amounts.minor(own.amount, own.currency),
  };
}

function checkAdjustment(book, payload) {
  const { accountId, balance } = payload.command;
  const { own, minor } = pairOf(book, payload, accountId);
  const account = requireAccount(book, accountId);
  const change = (own.side === "DEBIT") === account.debitNormal ? minor : -minor;
  if (book.amounts.fromClient(balance, account.currency) !== account.balance + change) {
    wrong("does not lead to the balance it states");
  }
}

function checkStatementLine(book, payload) {
  const { accountId, amountMinor, importId, parts } = payload.command;
  if (!isId(importId)) wrong("is of no import");
  const { own, minor } =
    parts === undefined ? pairOf(book, payload, accountId) : split(book, payload);
  if (amountMinor !== `${own.side === "DEBIT" ? "" : "-"}${minor}`) wrong("has another amount");
}

/** The bank's account is first, behind it stand the parts of the line. */
function split(book, { legs, command: { accountId, parts } }) {
  const [own, ...others] = legs;
  if (own.accountId !== accountId || !areParts(book, others, parts)) wrong("has other entries");
  return { own, minor: book.amounts.minor(own.amount, own.currency) };
}

/** Entries of one side, on the accounts of the parts; each may have the counterparty of the line beside. */
const areParts = (book, legs, parts) =>
  Array.isArray(parts) &&
  parts.length === legs.length &&
  legs.every(
    ({ accountId, side, amount, currency, dimensions = {} }, at) =>
      parts[at].accountId === accountId &&
      side === legs[0].side &&
      book.amounts.fromClient(parts[at].amount, currency) ===
        book.amounts.minor(amount, currency) &&
      Object.entries(parts[at].dimensions ?? {}).every(
        ([name, value]) => dimensions[name] === value,
      ),
  );

function checkSplitLine(book, { legs, command: { to, from, metadata, lineId } }) {
  const isSplit =
    Array.isArray(to) &&
    metadata.moves === lineId &&
    areParts(book, legs.slice(0, to.length), to) &&
    areParts(book, legs.slice(to.length), from);
  if (!isSplit) wrong("has other entries");
}

function checkMovedLine(book, { legs, command }) {
  const [to, from] = legs;
  const isMove =
    legs.length === 2 &&
    to.accountId === command.to &&
    from.accountId === command.from &&
    to.amount === from.amount &&
    command.metadata.moves === command.lineId &&
    spellDimensions(to.dimensions) === spellDimensions(command.toDimensions) &&
    spellDimensions(from.dimensions) === spellDimensions(command.fromDimensions);
  if (!isMove) wrong("has other entries");
}

function checkReversal(book, { legs, command }) {
  const { reverses, amount, entries } = command;
  leftAfter(book, reverses, legs);
  if (entries !== undefined) checkEntries(book, legs, entries, true);
  if (amount === undefined) return;
  for (const leg of legs) {
    const minor = book.amounts.minor(leg.amount, leg.currency);
    if (book.amounts.fromClient(amount, leg.currency) !== minor) wrong("has another amount");
  }
}

function checkCaptureOf(book, payload) {
  const { holdId, accountId, amount, contraAccountId } = payload.command;
  const hold = book.holds.get(holdId);
  if (hold === undefined || hold.accountId !== accountId) wrong("captures no hold of its account");
  const { own, contra, minor } = pairOf(book, payload, accountId);
  const wanted =
    amount === undefined ? hold.remaining : book.amounts.fromClient(amount, own.currency);
  if (wanted !== minor || minor > hold.remaining) wrong("has another amount");
  if (contra.accountId !== (contraAccountId ?? hold.contraAccountId)) {
    wrong("has another contra account");
  }
}
