import { AppError } from "@allfunds/contract/errors";
import type { DomainEvent, EventPlace } from "../../engine/book.ts";
import { defineBatchRows, defineRows, type BookState } from "../../engine/book-state.ts";
import type { DecisionContext, Lookup, Want } from "../../engine/slice.ts";
import { requireAccount } from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";
import { dayAt, WAITING_FILE, type ImportDirection } from "../proposals/day-sum.ts";
import { isAboveImports } from "../proposals/limits-exceeded.ts";
import { personOf } from "../proposals/person.ts";
import type { TransactionProposed } from "../proposals/proposal-events.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";
import { noteImport, refuseOutdated } from "./newest-import.ts";
import type { StatementRule } from "./statement-rule.ts";
import { evolveLate, isImported } from "./statement-undo.ts";

/** What the books say about a line of a file. */
export type LineVerdict = "NEW" | "DUPLICATE" | "POSSIBLE_DUPLICATE";

/** A hole in a chain of balances. */
interface BalanceBreak {
  readonly kind: "BETWEEN_LINES" | "BETWEEN_STATEMENTS" | "SINCE_LAST_IMPORT";
  readonly expectedMinor: bigint;
  readonly foundMinor: bigint;
  readonly line?: number | undefined;
}

/** A line of a statement as the book keeps it. */
export interface LineFact {
  /** Line in the file, from 1. */
  readonly fileLine: number;
  readonly effectiveDate: string;
  readonly bookingDate: string;
  /** Signed minor units as the bank sees it: positive came in. */
  readonly amountMinor: bigint;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | undefined;
  readonly reversal: boolean;
  /** Whatever else the bank sent. */
  readonly details: Readonly<Record<string, string>>;
  /** The key that makes it the same line in another file. */
  readonly identity: string;
  readonly verdict: LineVerdict;
  /** The transaction that posts it; null when it is left out. */
  readonly transactionId: string | null;
  /** Of a possible duplicate: the transaction it may be the same as. */
  readonly earlierId: string | null;
}

interface OfStatement {
  readonly importId: string;
  readonly fundId: string;
}

/** What a statement holds beside its lines, and how it was read. */
interface Receipt extends OfStatement {
  readonly accountId: string;
  readonly currency: string;
  readonly format: string;
  /** The bank's name for the account, when the file has it. */
  readonly iban: string | null;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly fileHash: string;
  /** First and last booking date; null when no line was booked. */
  readonly from: string | null;
  readonly to: string | null;
  /** Booked lines in the file. */
  readonly lines: number;
  /** Lines left out: not booked yet by the bank, or moving nothing. */
  readonly skipped: number;
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
  readonly breaks: readonly BalanceBreak[];
  /** How a CSV was read; null for other formats. */
  readonly reading: Readonly<Record<string, unknown>> | null;
  readonly rules: readonly StatementRule[];
  readonly receiptsAccountId: string | null;
  readonly paymentsAccountId: string | null;
  /** All of its lines wait: together they are above the limit of what one person imports in one day. */
  readonly waits?: true | undefined;
}

/** A bank's file was received; its lines follow in the book, and what they post. */
export interface StatementReceived extends Receipt {
  readonly type: "StatementReceived";
}

/** Lines of one event at most: a page of a statement reads few events, and no event is large. */
export const LINES_OF_EVENT = 100;

/** Some lines of a received file, in its order; those with a transaction are posted or proposed next. */
export interface StatementLinesRead extends OfStatement {
  readonly type: "StatementLinesRead";
  readonly accountId: string;
  readonly currency: string;
  /** Number of the first of them among the lines of the statement, from 1. */
  readonly first: number;
  readonly lines: readonly LineFact[];
}

/** What became of an imported statement. */
interface ImportFacts extends OfStatement {
  readonly accountId: string;
  readonly currency: string;
  readonly format: string;
  readonly iban: string | null;
  readonly importedAt: Date;
  readonly lines: number;
  readonly posted: number;
  readonly proposed: number;
  readonly duplicates: number;
  /** Lines left out because they may be in the book in another form. */
  readonly possibleDuplicates: number;
  readonly skipped: number;
  readonly openingMinor: bigint | null;
  readonly closingMinor: bigint | null;
}

/** A bank statement was imported; its lines and what they posted stand before it in the book. */
export interface StatementImported extends ImportFacts {
  readonly type: "StatementImported";
}

export interface ReceiveStatement extends Receipt {
  readonly kind: "ReceiveStatement";
  /** The fund's newest import when its lines were compared with the book; null when there was none. */
  readonly after?: string | null;
  /** What its lines that are to be posted bring in, and take out; minor units. */
  readonly moves: Readonly<Record<ImportDirection, bigint>>;
}

/** The command to keep lines of a received statement; those with a transaction have to be posted next. */
export interface ReadStatementLines extends OfStatement {
  readonly kind: "ReadStatementLines";
  readonly lines: readonly LineFact[];
}

/** The command to end a statement whose lines were all read and posted. */
export interface FinishStatement extends OfStatement {
  readonly kind: "FinishStatement";
}

/** The command to bring the record of an import into the log that an earlier version kept beside it. */
export interface RecordImport extends ImportFacts {
  readonly kind: "RecordImport";
}

export type ReceivingCommand =
  | ReceiveStatement
  | ReadStatementLines
  | FinishStatement
  | RecordImport;
export type ReceivingEvent = StatementReceived | StatementLinesRead | StatementImported;

/** A line that has to be posted or proposed by what comes next in the book. */
interface PendingLine {
  readonly transactionId: string;
  readonly accountId: string;
  readonly amountMinor: bigint;
  readonly effectiveDate: string;
}

/** A statement whose lines are being posted. One submission does all of it, so that no other command sees it. */
interface OpenStatement {
  /** Null while a single line of an earlier statement is posted. */
  readonly receipt: Receipt | null;
  readonly read: number;
  readonly posted: number;
  readonly proposed: number;
  readonly duplicates: number;
  readonly possibleDuplicates: number;
  readonly pending: readonly PendingLine[];
  /** How many of the pending lines are posted or proposed. */
  readonly settled: number;
  readonly isOver: boolean;
}

/** By import. */
export const OPEN_STATEMENT = defineRows<OpenStatement>("open statements", ({ isOver }) => !isOver);

/** Identities of lines that were posted or proposed before. */
export const KNOWN_LINE = defineBatchRows<true>("known statement lines");

// OFFSET 0 keeps the planner from joining the whole table: each row is one look-up.
const FIND_KNOWN = `
  SELECT wanted.key FROM unnest($3::uuid[]) AS wanted (key)
  CROSS JOIN LATERAL (
    SELECT FROM event WHERE tenant_id = $1 AND book_id = $2 AND command_key = wanted.key OFFSET 0) first`;

/** A line is posted under its identity as the command's key. */
export const KNOWN_LINES: Lookup<true> = {
  rows: KNOWN_LINE,
  find: async ({ statements, book: { tenantId, bookId }, draft }, identities) => {
    const parameters = [tenantId, bookId, [...identities]];
    const { rows } = await statements.query<{ key: string }>(FIND_KNOWN, parameters);
    for (const { key } of rows) draft.put(KNOWN_LINE, key, true);
  },
};

export function wantKnown({ lines }: ReadStatementLines, want: Want): void {
  for (const { identity } of lines) want(KNOWN_LINES, identity);
}

const invalid = (message: string): AppError => new AppError("STATEMENT_INVALID", message);

function requireOpen(state: BookState, importId: string): OpenStatement & { receipt: Receipt } {
  const open = state.get(OPEN_STATEMENT, importId);
  if (open === undefined || open.isOver || open.receipt === null)
    throw invalid(`The statement ${importId} is not being imported.`);
  return open as OpenStatement & { receipt: Receipt };
}

function refuseUnsettled({ pending, settled }: OpenStatement): void {
  if (settled < pending.length) throw invalid("A line that was read is not posted.");
}

export function decideReceive(
  command: ReceiveStatement,
  state: BookState,
  { requester, now }: Pick<DecisionContext, "requester" | "now">,
): [StatementReceived] {
  const { kind: _kind, moves, after: _after, ...receipt } = command;
  requireFund(state, receipt.fundId);
  requireAccount(state, receipt.accountId);
  const { currency } = receipt;
  const judged = { state, tenant: state.tenant, day: dayAt(state, now) };
  const isAbove = isAboveImports(judged, { person: personOf(requester), currency, moves });
  const event: StatementReceived = {
    type: "StatementReceived",
    ...receipt,
    ...(isAbove ? { waits: true as const } : {}),
  };
  checkReceived(state, event);
  if (isImported(state, receipt.importId)) throw receivedBefore(receipt.importId);
  refuseOutdated(command, state);
  return [event];
}

export function checkReceived(state: BookState, { importId, accountId }: StatementReceived): void {
  requireAccount(state, accountId);
  if (state.get(OPEN_STATEMENT, importId) !== undefined) throw receivedBefore(importId);
}

const receivedBefore = (importId: string): AppError =>
  invalid(`The statement ${importId} was received before.`);

export const NOTHING_READ: Omit<OpenStatement, "receipt"> = {
  read: 0,
  posted: 0,
  proposed: 0,
  duplicates: 0,
  possibleDuplicates: 0,
  pending: [],
  settled: 0,
  isOver: false,
};

export function evolveReceived(draft: BookState, event: StatementReceived): void {
  const { type: _type, ...receipt } = event;
  draft.put(OPEN_STATEMENT, event.importId, { ...NOTHING_READ, receipt });
  if (event.waits === true) draft.put(WAITING_FILE, event.importId, true);
}

/** A line that the book has by now is a duplicate, whatever it was when the file was compared. */
export function decideRead(
  { importId, fundId, lines }: ReadStatementLines,
  state: BookState,
): [StatementLinesRead] {
  const { receipt, read } = requireOpen(state, importId);
  const { accountId, currency } = receipt;
  const facts = lines.map((line): LineFact =>
    line.verdict !== "DUPLICATE" && state.get(KNOWN_LINE, line.identity) === true
      ? { ...line, verdict: "DUPLICATE", transactionId: null, earlierId: null }
      : line,
  );
  const event: StatementLinesRead = {
    type: "StatementLinesRead",
    importId,
    fundId,
    accountId,
    currency,
    first: read + 1,
    lines: facts,
  };
  checkRead(state, event);
  return [event];
}

export function checkRead(state: BookState, event: StatementLinesRead): void {
  const open = requireOpen(state, event.importId);
  refuseUnsettled(open);
  const isNext = event.first === open.read + 1 && event.accountId === open.receipt.accountId;
  if (!isNext || open.read + event.lines.length > open.receipt.lines)
    throw invalid("The lines do not follow those read before.");
  for (const { verdict, transactionId } of event.lines) {
    const isLeftOut = transactionId === null;
    if (verdict === "POSSIBLE_DUPLICATE" || isLeftOut === (verdict === "DUPLICATE")) continue;
    throw invalid(`A line that is ${verdict} is ${isLeftOut ? "left out" : "posted"}.`);
  }
}

export function evolveRead(draft: BookState, event: StatementLinesRead): void {
  const open = draft.get(OPEN_STATEMENT, event.importId);
  if (open === undefined) return;
  const { accountId } = event;
  const pending: PendingLine[] = [];
  let { duplicates, possibleDuplicates } = open;
  for (const { transactionId, amountMinor, effectiveDate, identity, verdict } of event.lines) {
    if (transactionId !== null) {
      pending.push({ transactionId, accountId, amountMinor, effectiveDate });
      draft.put(KNOWN_LINE, identity, true);
    } else if (verdict === "DUPLICATE") duplicates += 1;
    else possibleDuplicates += 1;
  }
  const read = open.read + event.lines.length;
  const changed = { ...open, read, duplicates, possibleDuplicates, pending, settled: 0 };
  draft.put(OPEN_STATEMENT, event.importId, changed);
}

export function decideFinish(
  { importId }: FinishStatement,
  state: BookState,
  now: Date,
): [StatementImported] {
  const { receipt, posted, proposed, duplicates, possibleDuplicates } = requireOpen(
    state,
    importId,
  );
  const event: StatementImported = {
    type: "StatementImported",
    importId,
    fundId: receipt.fundId,
    accountId: receipt.accountId,
    currency: receipt.currency,
    format: receipt.format,
    iban: receipt.iban,
    importedAt: now,
    lines: receipt.lines,
    posted,
    proposed,
    duplicates,
    possibleDuplicates,
    skipped: receipt.skipped,
    openingMinor: receipt.openingMinor,
    closingMinor: receipt.closingMinor,
  };
  checkImported(state, event);
  return [event];
}

export function decideRecord(command: RecordImport, state: BookState): [StatementImported] {
  const { kind: _kind, ...facts } = command;
  requireFund(state, facts.fundId);
  const event: StatementImported = { type: "StatementImported", ...facts };
  checkImported(state, event);
  return [event];
}

/** Every booked line of a file has one fate. */
export function checkImported(state: BookState, event: StatementImported): void {
  requireAccount(state, event.accountId);
  const { lines, posted, proposed, duplicates, possibleDuplicates } = event;
  if (possibleDuplicates < 0 || posted + proposed + duplicates + possibleDuplicates !== lines)
    throw invalid("The lines of the import are not those of its file.");
  const open = state.get(OPEN_STATEMENT, event.importId);
  // Of earlier versions the log has the record alone.
  if (open?.receipt == null) return;
  refuseUnsettled(open);
  const isSame = COUNTED.every((name) => open[name] === event[name]);
  if (!isSame || REPEATED.some((name) => open.receipt?.[name] !== event[name]))
    throw invalid("The import is not what was received and read.");
}

const COUNTED = ["posted", "proposed", "duplicates", "possibleDuplicates"] as const;
const REPEATED = [
  "accountId",
  "currency",
  "format",
  "iban",
  "lines",
  "skipped",
  "openingMinor",
  "closingMinor",
] as const satisfies readonly (keyof Receipt)[];

export function evolveImported(draft: BookState, { importId, fundId }: StatementImported): void {
  noteImport(draft, fundId, importId);
  const open = draft.get(OPEN_STATEMENT, importId);
  if (open !== undefined) draft.put(OPEN_STATEMENT, importId, { ...open, isOver: true });
  if (draft.get(WAITING_FILE, importId) === true) draft.put(WAITING_FILE, importId, false);
}

/** What a line leads to: a posting, or a proposal when it is above a limit. */
interface Settling {
  readonly importId: string;
  readonly by: "posted" | "proposed";
  readonly line: PendingLine;
}

function settlingOf(event: DomainEvent): Settling | undefined {
  return event.type === "TransactionPosted"
    ? settlingOfPosted(event as TransactionPosted)
    : settlingOfProposed(event as TransactionProposed);
}

function settlingOfPosted(event: TransactionPosted): Settling | undefined {
  const { source, transactionId, effectiveDate, entries } = event;
  if (source.kind !== "STATEMENT") return undefined;
  return {
    importId: source.importId,
    by: "posted",
    line: lineOf({ transactionId, effectiveDate, legs: entries }),
  };
}

function settlingOfProposed(event: TransactionProposed): Settling | undefined {
  const { command, transactionId, effectiveDate, legs } = event;
  const { importId } = command as { readonly importId?: string };
  if (!OF_STATEMENT.has(command.kind) || importId === undefined) return undefined;
  return { importId, by: "proposed", line: lineOf({ transactionId, effectiveDate, legs }) };
}

/** Commands that wait as proposals of a statement, which is not undone meanwhile. */
const OF_STATEMENT: ReadonlySet<string> = new Set([
  "PostStatementLine",
  "MoveStatementLine",
  "SplitStatementLine",
]);

/** A line's posting has the bank's account first. */
function lineOf({
  transactionId,
  effectiveDate,
  legs: [leg],
}: {
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly legs: readonly Pick<
    TransactionPosted["entries"][number],
    "accountId" | "side" | "amountMinor"
  >[];
}): PendingLine {
  const amountMinor = leg?.side === "CREDIT" ? -leg.amountMinor : (leg?.amountMinor ?? 0n);
  return { transactionId, accountId: leg?.accountId ?? "", amountMinor, effectiveDate };
}

/** While a statement is being imported, nothing is posted for it but the next of its lines. */
export function checkSettling(state: BookState, event: DomainEvent): void {
  const settling = settlingOf(event);
  const open = settling && state.get(OPEN_STATEMENT, settling.importId);
  if (settling === undefined || open === undefined || open.isOver) return;
  const next = open.pending[open.settled];
  const { line } = settling;
  const isNext =
    next !== undefined &&
    next.transactionId === line.transactionId &&
    next.accountId === line.accountId &&
    next.amountMinor === line.amountMinor &&
    next.effectiveDate === line.effectiveDate;
  if (!isNext) throw invalid("What is posted is not the next line of its statement.");
}

export function evolveSettling(draft: BookState, event: DomainEvent, _place: EventPlace): void {
  const settling = settlingOf(event);
  if (settling === undefined) return;
  const open = draft.get(OPEN_STATEMENT, settling.importId);
  if (open?.receipt == null || open.isOver) evolveLate(draft, settling.importId, settling.by);
  if (open === undefined || open.isOver) return;
  const settled = open.settled + 1;
  draft.put(OPEN_STATEMENT, settling.importId, {
    ...open,
    settled,
    [settling.by]: open[settling.by] + 1,
    // A single line of an earlier statement is all there is to post.
    isOver: open.receipt === null && settled === open.pending.length,
  });
}

/** What a replay finds at the end of a book: a statement is imported whole. */
export function refuseOpenAtEnd(state: BookState): string | undefined {
  const open = [...state.all(OPEN_STATEMENT)].find(([, { isOver }]) => !isOver);
  return open === undefined ? undefined : `the statement ${open[0]} is imported in part`;
}
