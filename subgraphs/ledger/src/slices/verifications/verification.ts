import { Worker } from "node:worker_threads";
import { AppError, isErrorCode } from "@allfunds/contract/errors";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import type { BookId } from "../../engine/book.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { Fault } from "../../engine/replay.ts";

/** The name of its kind among the jobs. */
export const VERIFICATION = "verification";

/** What was requested. */
export interface VerificationRequest {
  /** The one book to verify; null for every book of the tenant, its own among them, and the feed. */
  readonly fundId: string | null;
  /** Go on from where each book was found sound last. */
  readonly sinceCheckpoint: boolean;
}

/** What was found in one book. */
export interface VerifiedBook {
  readonly bookId: string;
  readonly sound: boolean;
  /** Where a sound book ends, and the hash of its last event; null when it is not sound. */
  readonly position: number | null;
  readonly hash: string | null;
  /** Null when it is sound. */
  readonly fault: Fault | null;
}

export interface VerificationResult {
  readonly books: readonly VerifiedBook[];
  /** Null until the feed was looked at, which only happens when everything is. */
  readonly feedSound: boolean | null;
  readonly feedFault: string | null;
}

/** What a thread is to do. */
export interface ThreadTask extends VerificationRequest {
  readonly url: string;
  readonly tenantId: string;
}

/** What a thread reports while it verifies, and at its end. */
export type ThreadMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | {
      readonly kind: "book";
      readonly done: number;
      readonly total: number;
      readonly book: VerifiedBook;
    }
  | { readonly kind: "done"; readonly result: VerificationResult }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly stack: string;
      readonly code: string | undefined;
      readonly isRefusal: boolean;
      readonly isConnection: boolean;
    };

export interface VerificationParts {
  readonly url: string;
  /** Raises the alarm for a book that is not what its log led to. */
  readonly reportCorrupt: (book: BookId, what: string) => void;
}

/** Verifies books and the feed as the command line does, one after the other. */
export const verificationKind = (parts: VerificationParts): JobKind =>
  defineJobKind<VerificationRequest, VerificationResult>({
    name: VERIFICATION,
    run: (run) => runVerification(parts, run),
  });

async function runVerification(
  { url, reportCorrupt }: VerificationParts,
  { payload, context, signal, report }: JobRun<VerificationRequest, VerificationResult>,
): Promise<VerificationResult> {
  const { tenantId } = context;
  const books: VerifiedBook[] = [];
  const result = await inThread({ ...payload, url, tenantId }, signal, (message) => {
    if (message.kind === "progress") report(message);
    if (message.kind !== "book") return;
    const { book, done, total } = message;
    books.push(book);
    if (book.fault !== null) {
      const { position, kind, what } = book.fault;
      const place = { tenantId, bookId: book.bookId };
      reportCorrupt(place, `verification: position ${position}: ${kind}: ${what}`);
    }
    report({ done, total, result: { books: [...books], feedSound: null, feedFault: null } });
  });
  if (result.feedFault !== null) {
    const tenantBook = { tenantId, bookId: tenantBookOf(tenantId) };
    reportCorrupt(tenantBook, `verification: ${result.feedFault}`);
  }
  return result;
}

const IS_SOURCE = import.meta.url.endsWith(".ts");
const THREAD = new URL(
  IS_SOURCE ? "./verification-thread.ts" : "./verification-thread.js",
  import.meta.url,
);
/** Run from its source, the thread needs the loader that its process was started with. */
const LOADER = IS_SOURCE ? ["--conditions=source", "--import", "tsx"] : [];

/** A thread that does not end by itself when aborted is terminated. */
const END_MS = 1_000;

/** Runs a verification in a thread of its own; resolves or rejects when that has ended. */
async function inThread(
  workerData: ThreadTask,
  signal: AbortSignal,
  onMessage: (message: ThreadMessage) => void,
): Promise<VerificationResult> {
  signal.throwIfAborted();
  const thread = new Worker(THREAD, { workerData, execArgv: LOADER });
  const ended = Promise.withResolvers<void>();
  let outcome: ThreadMessage | undefined;
  thread.on("message", (message: ThreadMessage) => {
    outcome = message;
    onMessage(message);
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

/** A verification of everything may be requested only by callers who may see everything. */
export const needsEveryFund = (): AppError =>
  new AppError(
    "FORBIDDEN",
    "Verifying every book needs a grant for every fund. Name one fund instead.",
  );
