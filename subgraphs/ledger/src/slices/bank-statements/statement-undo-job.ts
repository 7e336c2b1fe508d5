import { defineJobKind, type JobKind } from "@allfunds/platform/jobs";
import type { BookId } from "../../engine/book.ts";
import { runBookThread, type BookResult, type BookTask } from "../../threads/book-thread.ts";

/** The name of its kind among the jobs. */
export const STATEMENT_UNDO_JOB = "statement-undo";

/** What was requested, from where, and who owns the API client that requested it. */
export interface StatementUndoRequest {
  readonly importId: string;
  readonly fundId: string;
  readonly reason: string;
  readonly owner: string | undefined;
  readonly origin: string | undefined;
}

export interface UndoOutcome {
  /** Transactions that were reversed. */
  readonly reversed: number;
}

/** What became of it; while it failed, what stands in its way. */
export type StatementUndoResult = BookResult<UndoOutcome>;

/** What a thread is to do. */
export interface UndoTask extends StatementUndoRequest, BookTask {}

interface UndoParts {
  readonly url: string;
  /** The book has new events. */
  readonly onUndone: (book: BookId) => void;
}

const THREAD = {
  entry: "../../imports/statement-undo-thread",
  limits: { maxOldGenerationSizeMb: 512 },
};

/** Takes back large imports; its progress is in transactions. */
export const statementUndoKind = ({ url, onUndone }: UndoParts): JobKind =>
  defineJobKind<StatementUndoRequest, StatementUndoResult>({
    name: STATEMENT_UNDO_JOB,
    run: (run) =>
      runBookThread({ ...THREAD, beside: import.meta.url, url, onCommitted: onUndone }, run),
  });
