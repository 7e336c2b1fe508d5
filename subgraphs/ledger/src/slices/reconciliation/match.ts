import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import type { LinesMatched as MatchedPayload } from "@allfunds/contract/events";
import { isId } from "@allfunds/platform/ids";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText, checkUuid } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { requireAccount } from "../accounts/account.ts";
import {
  lineKey,
  LINE_MATCH,
  matchOfLine,
  wantLineMatch,
  type LineName,
  type MatchedIn,
} from "../bank-statements/line-match.ts";
import {
  matchedBefore,
  requireLeftOut,
  requireUnposted,
  wantLine,
} from "../bank-statements/possible-duplicate.ts";
import { wantImported } from "../bank-statements/statement-undo.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINAL, ORIGINALS } from "../reversals/reversal.ts";

interface OfMatch {
  readonly matchId: string;
  readonly fundId: string;
  readonly accountId: string;
}

/** Lines and transactions that are the same money. */
interface MatchedItems {
  readonly lines: readonly LineName[];
  readonly transactionIds: readonly string[];
}

/** The command to state that lines of a bank's statement are what these transactions recorded. */
export interface MatchLines extends OfMatch, MatchedItems {
  readonly kind: "MatchLines";
  readonly note: string | null;
}

/** The command to take a match back. */
export interface UnmatchLines extends OfMatch {
  readonly kind: "UnmatchLines";
  readonly reason: string;
}

/** Lines of a bank's statement were found to be what these transactions recorded; nothing is posted. */
export interface LinesMatched extends OfMatch, MatchedItems {
  readonly type: "LinesMatched";
  readonly currency: string;
  /** Of the lines, and of the transactions on the account; signed minor units as the bank sees it. */
  readonly amountMinor: bigint;
  readonly note: string | null;
}

/** A match was taken back: its lines and transactions are open again. */
export interface LinesUnmatched extends OfMatch, MatchedItems {
  readonly type: "LinesUnmatched";
  readonly reason: string;
}

/** By transaction; a replay has all of them. */
export const TRANSACTION_MATCH = defineBatchRows<MatchedIn>("matched transactions");

/** By match; one that was taken back has no items. */
export const MATCH = defineBatchRows<OfMatch & MatchedItems & { readonly isOver: boolean }>(
  "matches",
);

const FIND_TRANSACTIONS = `
  SELECT wanted.id, last.match_id AS "matchId" FROM unnest($2::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT CASE r.type WHEN 'LinesMatched' THEN r.match_id END AS match_id FROM reconciliation_item r
    WHERE r.tenant_id = $1 AND r.transaction_id = wanted.id AND r.type IN ('LinesMatched', 'LinesUnmatched')
    ORDER BY r.position DESC LIMIT 1) last`;

const TRANSACTION_MATCHES: Lookup<MatchedIn> = {
  rows: TRANSACTION_MATCH,
  find: async ({ statements, book: { tenantId }, draft }, ids) => {
    const { rows } = await statements.query<MatchedIn & { readonly id: string }>(
      FIND_TRANSACTIONS,
      [tenantId, [...ids]],
    );
    for (const { id, matchId } of rows) draft.put(TRANSACTION_MATCH, id, { matchId });
  },
};

const FIND_MATCHES = `
  SELECT e.payload, (SELECT count(DISTINCT r.type)::int FROM reconciliation_item r
    WHERE r.tenant_id = $1 AND r.match_id = wanted.id) > 1 AS "isOver"
  FROM unnest($3::uuid[]) AS wanted (id)
  CROSS JOIN LATERAL (
    SELECT book_id, position FROM reconciliation_item r
    WHERE r.tenant_id = $1 AND r.match_id = wanted.id
    ORDER BY position LIMIT 1) first
  JOIN event e ON first.book_id = $2 AND e.tenant_id = $1 AND e.book_id = $2 AND e.position = first.position`;

const MATCHES: Lookup<OfMatch & MatchedItems & { readonly isOver: boolean }> = {
  rows: MATCH,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<{ payload: MatchedPayload; isOver: boolean }>(
      FIND_MATCHES,
      [tenantId, bookId, [...ids]],
    );
    for (const { payload, isOver } of rows)
      draft.put(MATCH, payload.matchId, { ...payload, isOver });
  },
};

/** What is stored of lines and transactions, and never changes. */
export function wantItems({ lines, transactionIds }: MatchedItems, want: Want): void {
  for (const line of lines) wantLine(line, want);
  for (const id of transactionIds) if (isId(id)) want(ORIGINALS, id);
}

export function wantMatching(command: MatchLines, want: Want): void {
  wantItems(command, want);
  for (const line of command.lines) {
    wantLineMatch(line, want);
    wantImported(line, want);
  }
  for (const id of command.transactionIds) if (isId(id)) want(TRANSACTION_MATCHES, id);
  if (isId(command.matchId)) want(MATCHES, command.matchId);
}

export function wantUnmatching({ matchId }: UnmatchLines, want: Want): void {
  if (isId(matchId)) want(MATCHES, matchId);
}

/** Items of one match at most. */
const MOST_MATCHED = 200;

export function decideMatch(command: MatchLines, state: BookState): [LinesMatched] {
  const { matchId, fundId, accountId, lines, transactionIds, note } = command;
  requireFund(state, fundId);
  const { currency } = requireAccount(state, accountId);
  const findings = new Findings();
  checkUuid(findings, "matchId", matchId);
  if (note !== null) checkText(findings, "note", note, { min: 1, max: 500 });
  findings.refuseIfAny();
  if (state.get(MATCH, matchId) !== undefined)
    throw new AppError("ALREADY_EXISTS", `A match with the id ${matchId} exists already.`);
  for (const line of lines) requireUnposted(state, line);
  const amountMinor = refuseUnlikeItems(command, state);
  return [
    {
      type: "LinesMatched",
      matchId,
      fundId,
      accountId,
      currency,
      amountMinor,
      lines,
      transactionIds,
      note,
    },
  ];
}

/** Both sides are open and come to the same; returns what they come to. */
function refuseUnlikeItems(
  { accountId, lines, transactionIds }: OfMatch & MatchedItems,
  state: BookState,
): bigint {
  const count = lines.length + transactionIds.length;
  const names = new Set([...lines.map(lineKey), ...transactionIds]);
  if (transactionIds.length === 0 || count < 2 || count > MOST_MATCHED || names.size < count)
    throw invalidInput("transactionIds", `must be a match of 2 to ${MOST_MATCHED} different items`);
  const ofLines = lines.map((line) => openLineMinor(state, accountId, line));
  const ofBook = transactionIds.map((id) => openTransactionMinor(state, accountId, id));
  const [bankMinor, bookMinor] = [sumOf(ofLines), sumOf(ofBook)];
  if (bankMinor !== bookMinor) {
    const { currency } = requireAccount(state, accountId);
    const difference = formatAmount(bankMinor - bookMinor, currency);
    throw new AppError(
      "MATCH_UNBALANCED",
      `Lines and transactions differ by ${difference} ${currency}.`,
    );
  }
  return bankMinor;
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, each) => sum + each, 0n);

function openLineMinor(state: BookState, accountId: string, line: LineName): bigint {
  const { fact, accountId: own } = requireLeftOut(state, line);
  if (own !== accountId) throw invalidInput("lines", `line ${line.line} is of another account`);
  if (matchOfLine(state, line) !== null) throw matchedBefore(`Line ${line.line}`);
  return fact.amountMinor;
}

function openTransactionMinor(state: BookState, accountId: string, id: string): bigint {
  const original = state.get(ORIGINAL, id);
  const legs = original?.legs.filter((leg) => leg.accountId === accountId) ?? [];
  if (original === undefined || legs.length === 0)
    throw new AppError("TRANSACTION_NOT_FOUND", `The account has no transaction ${id}.`);
  if (original.importId !== undefined)
    throw matchedBefore(`Transaction ${id} was posted by a line of a statement, and`);
  if ((state.get(TRANSACTION_MATCH, id)?.matchId ?? null) !== null)
    throw matchedBefore(`Transaction ${id}`);
  return sumOf(
    legs.map(({ side, amountMinor }) => (side === "DEBIT" ? amountMinor : -amountMinor)),
  );
}

export function checkMatched(state: BookState, event: LinesMatched): void {
  const { currency } = requireAccount(state, event.accountId);
  const amountMinor = refuseUnlikeItems(event, state);
  if (event.currency !== currency || event.amountMinor !== amountMinor)
    throw invalidInput("amount", "is not what the lines come to");
}

export function evolveMatched(draft: BookState, event: LinesMatched): void {
  const { matchId, lines, transactionIds, fundId, accountId } = event;
  draft.put(MATCH, matchId, { matchId, fundId, accountId, lines, transactionIds, isOver: false });
  for (const line of lines) draft.put(LINE_MATCH, lineKey(line), { matchId });
  for (const id of transactionIds) draft.put(TRANSACTION_MATCH, id, { matchId });
}

export function decideUnmatch(command: UnmatchLines, state: BookState): [LinesUnmatched] {
  const { matchId, fundId, reason } = command;
  requireFund(state, fundId);
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 500 });
  findings.refuseIfAny();
  const { accountId, lines, transactionIds } = requireMatch(state, matchId);
  return [{ type: "LinesUnmatched", matchId, fundId, accountId, lines, transactionIds, reason }];
}

function requireMatch(state: BookState, matchId: string): OfMatch & MatchedItems {
  const match = state.get(MATCH, matchId);
  if (match === undefined)
    throw new AppError("NOT_FOUND", `There is no match ${matchId.slice(0, 80)}.`);
  if (match.isOver) throw new AppError("NOT_FOUND", `The match ${matchId} was taken back already.`);
  return match;
}

export function checkUnmatched(state: BookState, event: LinesUnmatched): void {
  const { accountId, lines, transactionIds } = requireMatch(state, event.matchId);
  const isSame =
    accountId === event.accountId &&
    lines.map(lineKey).join() === event.lines.map(lineKey).join() &&
    transactionIds.join() === event.transactionIds.join();
  if (!isSame) throw invalidInput("matchId", "has other lines and transactions");
}

export function evolveUnmatched(draft: BookState, event: LinesUnmatched): void {
  const { matchId, fundId, accountId, lines, transactionIds } = event;
  draft.put(MATCH, matchId, { matchId, fundId, accountId, lines, transactionIds, isOver: true });
  for (const line of lines) draft.put(LINE_MATCH, lineKey(line), { matchId: null });
  for (const id of transactionIds) draft.put(TRANSACTION_MATCH, id, { matchId: null });
}
