import { AppError } from "@allfunds/contract/errors";
import { defineJobKind, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import type { BookId } from "../../engine/book.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { Fault } from "../../engine/replay.ts";
import { runInThread } from "@allfunds/platform/threads";

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

/** What a thread reports while it verifies. */
export type ThreadMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | {
      readonly kind: "book";
      readonly done: number;
      readonly total: number;
      readonly book: VerifiedBook;
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
  const workerData: ThreadTask = { ...payload, url, tenantId };
  const onReport = (message: ThreadMessage): void => {
    if (message.kind === "progress") return report(message);
    const { book, done, total } = message;
    books.push(book);
    if (book.fault !== null) {
      const { position, kind, what } = book.fault;
      const place = { tenantId, bookId: book.bookId };
      reportCorrupt(place, `verification: position ${position}: ${kind}: ${what}`);
    }
    report({ done, total, result: { books: [...books], feedSound: null, feedFault: null } });
  };
  const result = await runInThread<VerificationResult, ThreadMessage>({
    entry: "./verification-thread",
    beside: import.meta.url,
    workerData,
    signal,
    onReport,
  });
  if (result.feedFault !== null) {
    const tenantBook = { tenantId, bookId: tenantBookOf(tenantId) };
    reportCorrupt(tenantBook, `verification: ${result.feedFault}`);
  }
  return result;
}

/** A verification of everything may be requested only by callers who may see everything. */
export const needsEveryFund = (): AppError =>
  new AppError(
    "FORBIDDEN",
    "Verifying every book needs a grant for every fund. Name one fund instead.",
  );
