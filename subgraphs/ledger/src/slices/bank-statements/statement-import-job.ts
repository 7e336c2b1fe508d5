import { defineJobKind, type JobKind } from "@allfunds/platform/jobs";
import type { BookId } from "../../engine/book.ts";
import { runBookThread, type BookResult, type BookTask } from "../../threads/book-thread.ts";
import type { ImportOutcome } from "./import-statement.ts";

/** The name of its kind among the jobs. */
export const STATEMENT_IMPORT_JOB = "statement-import";

/** What was requested, and who owns the API client that requested it. */
export interface StatementImportRequest {
  /** Of the upload, and of the import that it becomes. */
  readonly uploadId: string;
  readonly fundId: string;
  readonly owner: string | undefined;
}

/** What became of an import; while it failed, what is wrong with the file. */
export type StatementImportResult = BookResult<ImportOutcome>;

/** What a thread is to do. */
export interface ImportTask extends StatementImportRequest, BookTask {}

interface ImportParts {
  readonly url: string;
  /** The book has new events. */
  readonly onImported: (book: BookId) => void;
}

const THREAD = {
  entry: "../../imports/statement-import-thread",
  // The file and its lines are beside the heap, in packed form. Posting a million of them has used more than 192 MB.
  limits: { maxOldGenerationSizeMb: 448, maxYoungGenerationSizeMb: 12 },
};

/** Imports uploaded bank statements; its progress is in lines of the file. */
export const statementImportKind = ({ url, onImported }: ImportParts): JobKind =>
  defineJobKind<StatementImportRequest, StatementImportResult>({
    name: STATEMENT_IMPORT_JOB,
    run: (run) =>
      runBookThread({ ...THREAD, beside: import.meta.url, url, onCommitted: onImported }, run),
  });
