import { Worker } from "node:worker_threads";
import { AppError, isErrorCode } from "@allfunds/contract/errors";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
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

/** What a thread reports while it imports, and at its end. */
export type ThreadMessage =
  | { readonly kind: "progress"; readonly done: number }
  | { readonly kind: "done"; readonly result: UploadResult }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly stack: string;
      readonly code: string | undefined;
      readonly isRefusal: boolean;
      readonly isConnection: boolean;
    };

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
  const task = { url, tenantId: context.tenantId, uploadId };
  const result = await inThread(task, signal, (done) => report({ done, total }));
  if (result.refused === 0) return result;
  // The result of a failed job names the lines.
  report({ done: total, total, result });
  throw new AppError(
    "INVALID_INPUT",
    `${result.refused} of ${result.rows} rows cannot be read; nothing was stored.`,
    { violations: result.violations },
  );
}

const IS_SOURCE = import.meta.url.endsWith(".ts");
const THREAD = new URL(IS_SOURCE ? "./import-thread.ts" : "./import-thread.js", import.meta.url);
/** Run from its source, the thread loads the sources of other packages, too; Node.js strips their types. */
const LOADER = IS_SOURCE ? ["--conditions=source"] : [];

/** A thread that does not end by itself when aborted is terminated. */
const END_MS = 1_000;
/** A file is never in memory as a whole. */
const MOST_MEMORY_MB = 256;

async function inThread(
  workerData: ImportTask,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<UploadResult> {
  signal.throwIfAborted();
  const resourceLimits = { maxOldGenerationSizeMb: MOST_MEMORY_MB };
  const thread = new Worker(THREAD, { workerData, execArgv: LOADER, resourceLimits });
  const ended = Promise.withResolvers<void>();
  let outcome: ThreadMessage | undefined;
  thread.on("message", (message: ThreadMessage) => {
    outcome = message;
    if (message.kind === "progress") onProgress(message.done);
  });
  thread.once("error", ended.reject);
  thread.once("exit", () => ended.resolve());
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    thread.postMessage("end", []);
    timer = setTimeout(() => void thread.terminate(), END_MS);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await ended.promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  }
  if (outcome?.kind === "done") return outcome.result;
  signal.throwIfAborted();
  throw outcome?.kind === "failed" ? toError(outcome) : new Error("the thread ended early");
}

function toError(failed: Extract<ThreadMessage, { readonly kind: "failed" }>): Error {
  const { message, stack, code, isRefusal, isConnection } = failed;
  if (isRefusal && isErrorCode(code)) return new AppError(code, message);
  // By its code a lost connection is known as one, and the job runs again.
  const known = isConnection ? { code: code ?? "ECONNRESET" } : {};
  return Object.assign(new Error(message), { stack }, known);
}
