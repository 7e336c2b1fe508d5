import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { lowerPriority, serveThread, withOwnPool } from "@allfunds/platform/threads";
import type { BookId } from "../../engine/book.ts";
import type { Fault } from "../../engine/replay.ts";
import { verifyAndNote } from "../../evidence/verify-book.ts";
import { verifyFeed } from "../../evidence/verify-feed.ts";
import type {
  ThreadMessage,
  ThreadTask,
  VerificationResult,
  VerifiedBook,
} from "./verification.ts";

// A thread of its own: replaying is work for the processor, and the service's own thread has postings to
// answer.

type Report = (message: ThreadMessage) => void;

async function verifyAll(
  pool: Pool,
  { tenantId, fundId, sinceCheckpoint }: ThreadTask,
  signal: AbortSignal,
  report: Report,
): Promise<VerificationResult> {
  const ends = await readEnds(pool, tenantId, fundId);
  const total = ends.reduce((sum, { end }) => sum + end, 0);
  const books: VerifiedBook[] = [];
  let before = 0;
  for (const { bookId, end } of ends) {
    signal.throwIfAborted();
    const onProgress = (position: number): void => {
      // The book may have grown since its end was read.
      report({ kind: "progress", done: before + Math.min(position, end), total });
    };
    const options = { fromCheckpoint: sinceCheckpoint, signal, onProgress };
    const found = await verifyOne(pool, { tenantId, bookId }, options);
    books.push(found);
    before += end;
    report({ kind: "book", done: before, total, book: found });
  }
  if (fundId !== null) return { books, feedSound: null, feedFault: null };
  signal.throwIfAborted();
  const feedFault = (await verifyFeed(pool, tenantId)) ?? null;
  return { books, feedSound: feedFault === null, feedFault };
}

type Options = Parameters<typeof verifyAndNote>[2];

async function verifyOne(pool: Pool, book: BookId, options: Options): Promise<VerifiedBook> {
  const { bookId } = book;
  try {
    const found = await verifyAndNote(pool, book, options);
    if (!found.sound) return unsound(bookId, found.fault);
    const { position, hash } = found;
    return { bookId, sound: true, position, hash, fault: null };
  } catch (error) {
    if (!(error instanceof AppError && error.code === "FUND_NOT_FOUND")) throw error;
    const what = "the book is gone, its events and its end";
    return unsound(bookId, { position: 1, kind: "MISSING", what });
  }
}

const unsound = (bookId: string, fault: Fault): VerifiedBook => ({
  bookId,
  sound: false,
  position: null,
  hash: null,
  fault,
});

interface BookEnd {
  readonly bookId: string;
  readonly end: number;
}

// A book whose record of its own end was removed has left a fund or a place in the feed.
const READ_ENDS = `
  SELECT id, coalesce(position, 0) AS position FROM (
    SELECT id FROM book WHERE tenant_id = $1
    UNION SELECT id FROM fund WHERE tenant_id = $1
    UNION SELECT book_id FROM feed_book WHERE tenant_id = $1
  ) known LEFT JOIN (SELECT id, position FROM book WHERE tenant_id = $1) book USING (id)
  WHERE $2::uuid IS NULL OR id = $2 ORDER BY id`;

/** The books to verify, with where they end now. */
async function readEnds(pool: Pool, tenantId: string, fundId: string | null): Promise<BookEnd[]> {
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<{ id: string; position: string }>(READ_ENDS, [tenantId, fundId]),
  );
  return rows.map(({ id, position }) => ({ bookId: id, end: Number(position) }));
}

/** One connection that reads, and one by which what it reads can be ended. */
const CONNECTIONS = 2;

lowerPriority();
await serveThread<ThreadTask, VerificationResult, ThreadMessage>((task, signal, report) => {
  const logger = createLogger("ledger", "warn");
  const options = { url: task.url, logger, max: CONNECTIONS, pipeline: true };
  return withOwnPool(options, signal, (pool) => verifyAll(pool, task, signal, report));
});
