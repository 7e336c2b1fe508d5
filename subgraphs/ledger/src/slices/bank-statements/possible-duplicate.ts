import { AppError } from "@allfunds/contract/errors";
import type { StatementLinesRead as LinesReadPayload } from "@allfunds/contract/events";
import { isId } from "@allfunds/platform/ids";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import { isLineNumber, lineKey, matchOfLine, wantLineMatch, type LineName } from "./line-match.ts";
import { decodeLine } from "./statement-codec.ts";
import { noSuchStatement, wantImported, wasUndone } from "./statement-undo.ts";
import {
  KNOWN_LINE,
  KNOWN_LINES,
  NOTHING_READ,
  OPEN_STATEMENT,
  type LineFact,
} from "./statement.ts";

interface OfLine {
  readonly importId: string;
  readonly fundId: string;
  /** Number of the line in its statement, from 1. */
  readonly line: number;
}

/** The command to post a line that was left out as a possible duplicate; its posting follows. */
export interface ConfirmStatementLine extends OfLine {
  readonly kind: "ConfirmStatementLine";
  /** Of the line, as its statement has it. */
  readonly identity: string;
  readonly transactionId: string;
}

/** The command to keep a possible duplicate out for good. */
export interface RejectStatementLine extends OfLine {
  readonly kind: "RejectStatementLine";
  readonly reason: string;
}

/** A person found a possible duplicate to be a line of its own; its posting follows in the book. */
export interface StatementLineConfirmed extends OfLine {
  readonly type: "StatementLineConfirmed";
  readonly accountId: string;
  readonly currency: string;
  readonly identity: string;
  readonly transactionId: string;
  readonly amountMinor: bigint;
  readonly effectiveDate: string;
}

/** A person found a possible duplicate to be one. */
export interface StatementLineRejected extends OfLine {
  readonly type: "StatementLineRejected";
  readonly reason: string;
}

export type LineCommand = ConfirmStatementLine | RejectStatementLine;
export type LineEvent = StatementLineConfirmed | StatementLineRejected;

/** A line of a statement that is in the book, and what a person decided on it. */
interface StoredLine {
  readonly fact: LineFact;
  readonly accountId: string;
  readonly currency: string;
  readonly decision: string | null;
}

/** By import and number. */
const STORED_LINE = defineBatchRows<StoredLine>("statement lines");
const nameOf = lineKey;

const FIND_LINES = `
  SELECT wanted.import_id AS "importId", wanted.line, (wanted.line - c.first_line)::int AS at, e.payload,
    (SELECT d.type FROM statement_event d
     WHERE d.tenant_id = $1 AND d.import_id = wanted.import_id AND d.first_line = wanted.line
       AND d.type IN ('StatementLineConfirmed', 'StatementLineRejected')
     ORDER BY d.position DESC LIMIT 1) AS decision
  FROM unnest($3::uuid[], $4::integer[]) AS wanted (import_id, line)
  CROSS JOIN LATERAL (
    SELECT position, first_line FROM statement_event
    WHERE tenant_id = $1 AND import_id = wanted.import_id AND type = 'StatementLinesRead'
      AND first_line <= wanted.line
    ORDER BY first_line DESC LIMIT 1) c
  JOIN event e ON e.tenant_id = $1 AND e.book_id = $2 AND e.position = c.position`;

interface LineRow {
  readonly importId: string;
  readonly line: number;
  readonly at: number;
  readonly payload: LinesReadPayload;
  readonly decision: string | null;
}

const STORED_LINES: Lookup<StoredLine> = {
  rows: STORED_LINE,
  find: async ({ statements, book: { tenantId, bookId }, draft }, names) => {
    const [ids, numbers] = [0, 1].map((part) => names.map((name) => name.split(" ")[part] ?? ""));
    const parameters = [tenantId, bookId, ids, numbers];
    const { rows } = await statements.query<LineRow>(FIND_LINES, parameters);
    for (const { at, payload, decision, ...of } of rows) {
      const { accountId, currency, lines } = payload;
      const found = lines[at];
      if (found === undefined) continue;
      const fact = decodeLine(found, currency);
      const name = `${of.importId} ${of.line}`;
      draft.put(STORED_LINE, name, { fact, accountId, currency, decision });
    }
  },
};

export function wantLine(of: LineName, want: Want): void {
  if (isId(of.importId) && isLineNumber(of.line)) want(STORED_LINES, nameOf(of));
}

/** What a person's decision on a line depends on. */
export function wantDecided(command: LineCommand, want: Want): void {
  wantLine(command, want);
  wantLineMatch(command, want);
  wantImported(command, want);
}

export function wantConfirmed(command: ConfirmStatementLine, want: Want): void {
  wantDecided(command, want);
  if (isId(command.identity)) want(KNOWN_LINES, command.identity);
}

/** A line that its import left out as a possible duplicate. */
export function requireLeftOut(state: BookState, of: LineName): StoredLine {
  const stored = state.get(STORED_LINE, nameOf(of));
  if (stored === undefined) throw noSuchStatement(`${of.importId}, line ${of.line}`);
  const { verdict, transactionId } = stored.fact;
  if (verdict !== "POSSIBLE_DUPLICATE" || transactionId !== null)
    throw notOpen(of, "was not left out as a possible duplicate");
  return stored;
}

/** The same, which no transaction stands for by now. */
export function requireUnposted(state: BookState, of: LineName): StoredLine {
  if (wasUndone(state, of.importId)) throw notOpen(of, "is of a statement that was undone");
  const stored = requireLeftOut(state, of);
  if (stored.decision === "StatementLineConfirmed") throw notOpen(of, "was confirmed already");
  if (matchOfLine(state, of) !== null) throw matchedBefore(`Line ${of.line}`);
  return stored;
}

export const matchedBefore = (what: string): AppError =>
  new AppError("ALREADY_MATCHED", `${what} is matched already.`);

const notOpen = ({ line }: LineName, what: string): AppError =>
  new AppError("STATEMENT_INVALID", `Line ${line} ${what}.`);

export function decideConfirm(
  command: ConfirmStatementLine,
  state: BookState,
): [StatementLineConfirmed] {
  const { importId, fundId, line, transactionId, identity } = command;
  requireFund(state, fundId);
  const { fact, accountId, currency } = requireUnposted(state, command);
  if (fact.identity !== identity) throw notOpen(command, "is another line");
  if (state.get(KNOWN_LINE, identity) === true)
    throw notOpen(command, "was posted by another import since");
  return [
    {
      type: "StatementLineConfirmed",
      importId,
      fundId,
      line,
      accountId,
      currency,
      identity,
      transactionId,
      amountMinor: fact.amountMinor,
      effectiveDate: fact.effectiveDate,
    },
  ];
}

/** What was decided on a line is that of its statement. */
export function checkConfirmed(state: BookState, event: StatementLineConfirmed): void {
  const stored = state.get(STORED_LINE, nameOf(event));
  const isOf =
    stored !== undefined &&
    stored.accountId === event.accountId &&
    stored.fact.verdict === "POSSIBLE_DUPLICATE" &&
    stored.fact.transactionId === null &&
    stored.fact.identity === event.identity &&
    stored.fact.amountMinor === event.amountMinor &&
    stored.fact.effectiveDate === event.effectiveDate;
  if (!isOf) throw notOpen(event, "is not the one that its statement has");
  if (matchOfLine(state, event) !== null) throw matchedBefore(`Line ${event.line}`);
}

/** From here on the line has to be posted, or proposed. */
export function evolveConfirmed(draft: BookState, event: StatementLineConfirmed): void {
  const { importId, transactionId, accountId, amountMinor, effectiveDate, identity } = event;
  draft.put(KNOWN_LINE, identity, true);
  draft.put(OPEN_STATEMENT, importId, {
    ...NOTHING_READ,
    receipt: null,
    pending: [{ transactionId, accountId, amountMinor, effectiveDate }],
  });
  decided(draft, event);
}

export function decideReject(command: RejectStatementLine, state: BookState): LineEvent[] {
  const { importId, fundId, line, reason } = command;
  requireFund(state, fundId);
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  // Rejecting it again changes nothing.
  if (requireUnposted(state, command).decision !== null) return [];
  return [{ type: "StatementLineRejected", importId, fundId, line, reason }];
}

export function checkRejected(state: BookState, event: StatementLineRejected): void {
  const fact = state.get(STORED_LINE, nameOf(event))?.fact;
  if (fact?.verdict !== "POSSIBLE_DUPLICATE" || fact.transactionId !== null)
    throw notOpen(event, "was not left out as a possible duplicate");
}

export const evolveRejected = (draft: BookState, event: StatementLineRejected): void =>
  decided(draft, event);

/** Two decisions of one batch see each other. */
function decided(draft: BookState, event: LineEvent): void {
  const stored = draft.get(STORED_LINE, nameOf(event));
  if (stored !== undefined)
    draft.put(STORED_LINE, nameOf(event), { ...stored, decision: event.type });
}
