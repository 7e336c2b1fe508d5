import { AppError, type Violation } from "@allfunds/contract/errors";
import type { JobRun } from "@allfunds/platform/jobs";
import type { ResourceLimits } from "node:worker_threads";
import type { BookId } from "../engine/book.ts";
import { runInThread } from "@allfunds/platform/threads";

/** What a thread that writes to a book receives with its request. */
export interface BookTask {
  readonly url: string;
  readonly tenantId: string;
  readonly actor: string;
  readonly traceId: string;
  readonly now: Date;
}

/** What it reports before its end: how far it is, and that all of it is in the book. */
export type BookMessage =
  | { readonly kind: "progress"; readonly done: number; readonly total: number }
  | { readonly kind: "committed" };

/** What became of it; while it failed, what stands in its way. */
export interface BookResult<Outcome> {
  readonly outcome: Outcome | null;
  readonly violations: readonly Violation[];
}

interface BookThread {
  /** The file of the thread, without its ending, and where it is. */
  readonly entry: string;
  readonly beside: string;
  readonly limits: ResourceLimits;
  readonly url: string;
  /** The book has new events. */
  readonly onCommitted: (book: BookId) => void;
}

/** Runs a job that writes to the book of a fund in a thread of its own. */
export async function runBookThread<Request extends { readonly fundId: string }, Outcome>(
  { url, onCommitted, ...thread }: BookThread,
  { payload, context, signal, report }: JobRun<Request, BookResult<Outcome>>,
): Promise<BookResult<Outcome>> {
  const { tenantId, actor, traceId, now } = context;
  const book = { tenantId, bookId: payload.fundId };
  const workerData: Request & BookTask = { ...payload, url, tenantId, actor, traceId, now };
  let last = { done: 0, total: 0 };
  try {
    const outcome = await runInThread<Outcome, BookMessage>({
      ...thread,
      workerData,
      signal,
      onReport: (message) => {
        if (message.kind === "committed") return onCommitted(book);
        last = { done: message.done, total: message.total };
        report(last);
      },
    });
    onCommitted(book);
    return { outcome, violations: [] };
  } catch (error) {
    // The result of a failed job names what stands in its way.
    if (error instanceof AppError)
      report({ ...last, result: { outcome: null, violations: error.violations ?? [] } });
    throw error;
  }
}
