import { AppError } from "@allfunds/contract/errors";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import { runInThread } from "@allfunds/platform/threads";
import { PRICE_IMPORT } from "./price-upload.ts";
import type { UploadResult } from "./price-upload.ts";

/** What the job of an upload is given. */
export interface ImportRequest {
  readonly uploadId: string;
  readonly bytes: number;
}

/** What a thread is to do. */
export interface ImportTask {
  readonly url: string;
  readonly tenantId: string;
  readonly uploadId: string;
}

/** What a thread reports while it imports: bytes of the file. */
export interface ImportProgress {
  readonly kind: "progress";
  readonly done: number;
}

/** A file is never in memory as a whole. */
const MOST_MEMORY_MB = 256;
const END_WITHIN_MS = 1_000;

/** Imports uploaded files of prices; its progress is in bytes of the file. */
export const priceImportKind = ({ url }: { readonly url: string }): JobKind =>
  defineJobKind<ImportRequest, UploadResult>({
    name: PRICE_IMPORT,
    run: (run) => runImport(url, run),
  });

async function runImport(
  url: string,
  { payload, context, signal, report }: JobRun<ImportRequest, UploadResult>,
): Promise<UploadResult> {
  const { uploadId, bytes: total } = payload;
  const task: ImportTask = { url, tenantId: context.tenantId, uploadId };
  const result = await runInThread<UploadResult, ImportProgress>({
    entry: "./import-thread",
    beside: import.meta.url,
    workerData: task,
    signal,
    onReport: ({ done }) => report({ done, total }),
    limits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    endWithinMs: END_WITHIN_MS,
  });
  if (result.refused === 0) return result;
  // The result of a failed job names the lines.
  report({ done: total, total, result });
  throw new AppError(
    "INVALID_INPUT",
    `${result.refused} of ${result.rows} rows cannot be read; nothing was stored.`,
    { violations: result.violations },
  );
}
