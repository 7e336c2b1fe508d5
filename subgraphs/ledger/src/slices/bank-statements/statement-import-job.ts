import { AppError, type Violation } from "@allfunds/contract/errors";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import type { BookId } from "../../engine/book.ts";
import { runInThread } from "../../threads/run-in-thread.ts";
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
export interface StatementImportResult {
  readonly outcome: ImportOutcome | null;
  readonly violations: readonly Violation[];
}

/** What a thread is to do. */
export interface ImportTask extends StatementImportRequest {
  readonly url: string;
  readonly tenantId: string;
  readonly actor: string;
  readonly traceId: string;
  readonly now: Date;
}

export interface ImportProgress {
  readonly kind: "progress";
  /** Lines of the file. */
  readonly done: number;
  readonly total: number;
}

interface ImportParts {
  readonly url: string;
  /** The book has new events. */
  readonly onImported: (book: BookId) => void;
}

/** Imports uploaded bank statements; its progress is in lines of the file. */
export const statementImportKind = (parts: ImportParts): JobKind =>
  defineJobKind<StatementImportRequest, StatementImportResult>({
    name: STATEMENT_IMPORT_JOB,
    run: (run) => runImport(parts, run),
  });

/** Of the thread: the file, its lines and one part of what they lead to. */
const MOST_MEMORY_MB = 1_024;

async function runImport(
  { url, onImported }: ImportParts,
  run: JobRun<StatementImportRequest, StatementImportResult>,
): Promise<StatementImportResult> {
  const { payload, context, signal, report } = run;
  const { tenantId, actor, traceId, now } = context;
  const workerData: ImportTask = { ...payload, url, tenantId, actor, traceId, now };
  let last = { done: 0, total: 0 };
  try {
    const outcome = await runInThread<ImportOutcome, ImportProgress>({
      entry: "../../imports/statement-import-thread",
      beside: import.meta.url,
      workerData,
      signal,
      limits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
      onReport: ({ done, total }) => {
        last = { done, total };
        report(last);
      },
    });
    onImported({ tenantId, bookId: payload.fundId });
    return { outcome, violations: [] };
  } catch (error) {
    // The result of a failed job names the lines.
    if (error instanceof AppError)
      report({ ...last, result: { outcome: null, violations: error.violations ?? [] } });
    throw error;
  }
}
