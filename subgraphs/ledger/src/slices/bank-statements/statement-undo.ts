import { AppError } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import { defineBatchRows, defineRows, type BookState } from "../../engine/book-state.ts";
import { Findings, checkText } from "../../engine/input-rules.ts";
import type { Lookup, Want } from "../../engine/slice.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINAL } from "../reversals/reversal.ts";
import type { TransactionPosted } from "../transactions/transaction.ts";

/** An import was taken back; the reversals of all that it posted follow in the book. */
export interface StatementUndone {
  readonly type: "StatementUndone";
  readonly importId: string;
  readonly fundId: string;
  readonly accountId: string;
  readonly reason: string;
  /** Transactions that are reversed. */
  readonly transactions: number;
}

/** The command to take an import back; reversals of all that it posted have to follow. */
export interface UndoStatement {
  readonly kind: "UndoStatement";
  readonly importId: string;
  readonly fundId: string;
  readonly reason: string;
  /** How many reversals follow. */
  readonly transactions: number;
}

/** What of an import decides whether it can be undone. */
interface ImportedStatement {
  readonly accountId: string;
  readonly isUndone: boolean;
  /** Transactions that it posted. */
  readonly transactions: number;
  /** Those of them that were reversed since, wholly or in part. */
  readonly reversed: number;
  /** Lines of it that wait for approval. */
  readonly waiting: number;
}

/** By import. What follows in the same batch, or in one that is not stored yet, is kept up here, too. */
const IMPORTED_STATEMENT = defineBatchRows<ImportedStatement>("imported statements");

/** Imports of which something was reversed in a batch that may not be stored yet. */
const REVERSED_SINCE = defineBatchRows<true>("statements reversed since");

/** How many reversals of an undone import have to follow. */
export const UNDOING = defineRows<number>("statements being undone", (left) => left > 0);

const FIND_IMPORTED = `
  SELECT i.id, i.account_id AS "accountId",
    EXISTS (SELECT FROM statement_event u
      WHERE u.tenant_id = $1 AND u.import_id = i.id AND u.type = 'StatementUndone') AS "isUndone",
    (SELECT count(*)::int FROM transaction t
      WHERE t.tenant_id = $1 AND t.import_id = i.id) AS transactions,
    (SELECT count(*)::int FROM transaction t
      WHERE t.tenant_id = $1 AND t.import_id = i.id AND EXISTS (
        SELECT FROM transaction r WHERE r.tenant_id = $1 AND r.reverses = t.id)) AS reversed,
    (SELECT count(*)::int FROM proposal p JOIN event e USING (tenant_id, book_id, position)
      WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.status = 'WAITING'
        AND e.payload->'command'->>'importId' = i.id::text) AS waiting
  FROM statement_import i WHERE i.tenant_id = $1 AND i.book_id = $2 AND i.id = ANY ($3::uuid[])`;

const IMPORTED_STATEMENTS: Lookup<ImportedStatement> = {
  rows: IMPORTED_STATEMENT,
  find: async ({ statements, book: { tenantId, bookId }, draft }, ids) => {
    const { rows } = await statements.query<ImportedStatement & { readonly id: string }>(
      FIND_IMPORTED,
      [tenantId, bookId, [...ids]],
    );
    for (const { id, ...found } of rows) draft.put(IMPORTED_STATEMENT, id, found);
  },
};

export function wantImported({ importId }: { readonly importId: string }, want: Want): void {
  if (isId(importId)) want(IMPORTED_STATEMENTS, importId);
}

/** True of an import that is in the book; its row has to be wanted. */
export const isImported = (state: BookState, importId: string): boolean =>
  state.get(IMPORTED_STATEMENT, importId) !== undefined;

/** True of an import that was undone; its row has to be wanted. */
export const wasUndone = (state: BookState, importId: string): boolean =>
  state.get(IMPORTED_STATEMENT, importId)?.isUndone === true;

export function decideUndo(command: UndoStatement, state: BookState): [StatementUndone] {
  const { importId, fundId, reason, transactions } = command;
  requireFund(state, fundId);
  const findings = new Findings();
  checkText(findings, "reason", reason, { min: 1, max: 400 });
  findings.refuseIfAny();
  const imported = state.get(IMPORTED_STATEMENT, importId);
  if (imported === undefined) throw noSuchStatement(importId);
  const reversed = imported.reversed + (state.get(REVERSED_SINCE, importId) === true ? 1 : 0);
  refuseTouched({ ...imported, reversed });
  if (imported.transactions !== transactions) {
    const moved = "More of the statement was posted meanwhile; undo it again.";
    throw new AppError("VERSION_CONFLICT", moved);
  }
  const { accountId } = imported;
  return [{ type: "StatementUndone", importId, fundId, accountId, reason, transactions }];
}

export const noSuchStatement = (id: string): AppError =>
  new AppError("NOT_FOUND", `There is no statement ${id.slice(0, 80)}.`);

function refuseTouched({ isUndone, reversed, waiting }: ImportedStatement): void {
  if (isUndone) throw new AppError("ALREADY_REVERSED", "The statement was undone already.");
  if (reversed > 0) {
    const message = `${reversed} of its transactions were reversed since.`;
    throw new AppError("ALREADY_REVERSED", message);
  }
  if (waiting > 0) {
    const message = `${waiting} of its lines wait for approval; reject or withdraw them first.`;
    throw new AppError("APPROVAL_REQUIRED", message);
  }
}

export function evolveUndone(draft: BookState, { importId, transactions }: StatementUndone): void {
  draft.put(UNDOING, importId, transactions);
  changeImported(draft, importId, { isUndone: true });
}

function changeImported(
  draft: BookState,
  importId: string,
  change: Partial<ImportedStatement>,
): void {
  const imported = draft.get(IMPORTED_STATEMENT, importId);
  if (imported !== undefined) draft.put(IMPORTED_STATEMENT, importId, { ...imported, ...change });
}

/** A line of the import was posted or proposed behind its end. */
export function evolveLate(draft: BookState, importId: string, by: "posted" | "proposed"): void {
  const imported = draft.get(IMPORTED_STATEMENT, importId);
  if (imported === undefined) return;
  const { transactions, waiting } = imported;
  const change = by === "posted" ? { transactions: transactions + 1 } : { waiting: waiting + 1 };
  changeImported(draft, importId, change);
}

export function checkUndone(state: BookState, { importId, fundId }: StatementUndone): void {
  requireFund(state, fundId);
  if (state.get(UNDOING, importId) !== undefined)
    throw new AppError("ALREADY_REVERSED", "The statement was undone already.");
}

/** Counts the reversals that follow an undone import. */
export function evolveReversed(draft: BookState, { source }: TransactionPosted): void {
  if (source.kind !== "REVERSAL") return;
  const importId = draft.get(ORIGINAL, source.reverses)?.importId;
  if (importId === undefined) return;
  draft.put(REVERSED_SINCE, importId, true);
  const left = draft.get(UNDOING, importId);
  if (left !== undefined && left > 0) draft.put(UNDOING, importId, left - 1);
}

/** What a replay finds at the end of a book: an import is undone whole. */
export function refuseUndoingAtEnd(state: BookState): string | undefined {
  const open = [...state.all(UNDOING)].find(([, left]) => left > 0);
  return open === undefined ? undefined : `the statement ${open[0]} is undone in part`;
}
