import {
  AppError,
  createPool,
  defineJobKind,
  withTransaction,
  type JobKind,
  type JobRun,
  type Logger,
  type Pool,
} from "@allfunds/platform";
import type { BookId } from "../../engine/book.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { Fault } from "../../engine/replay.ts";
import { verifyAndNote } from "../../evidence/verify-book.ts";
import { verifyFeed } from "../../feed/verify-feed.ts";

/** The name of its kind among the jobs. */
export const VERIFICATION = "verification";

/** What was asked for. */
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

export interface VerificationParts {
  readonly url: string;
  readonly logger: Logger;
  /** Raises the alarm for a book that is not what its log led to. */
  readonly reportCorrupt: (book: BookId, what: string) => void;
}

type Run = JobRun<VerificationRequest, VerificationResult>;

/** Verifies books and the feed as the command line does, one after the other. */
export const verificationKind = (parts: VerificationParts): JobKind =>
  defineJobKind<VerificationRequest, VerificationResult>({
    name: VERIFICATION,
    run: (run) => withOwnPool(parts, run.signal, (pool) => verifyAll(parts, run, pool)),
  });

async function verifyAll(
  { reportCorrupt }: VerificationParts,
  { payload, context, signal, report }: Run,
  pool: Pool,
): Promise<VerificationResult> {
  const { tenantId } = context;
  const { fundId, sinceCheckpoint } = payload;
  const ends = await readEnds(pool, tenantId, fundId);
  const total = ends.reduce((sum, { end }) => sum + end, 0);
  const books: VerifiedBook[] = [];
  let before = 0;
  for (const { bookId, end } of ends) {
    signal.throwIfAborted();
    const book = { tenantId, bookId };
    const found = await verifyOne(pool, book, {
      fromCheckpoint: sinceCheckpoint,
      signal,
      // The book may have grown since its end was read.
      onProgress: (position) => report({ done: before + Math.min(position, end), total }),
    });
    if (found.fault !== null) {
      const { position, kind, what } = found.fault;
      reportCorrupt(book, `verification: position ${position}: ${kind}: ${what}`);
    }
    books.push(found);
    before += end;
    const result = { books: [...books], feedSound: null, feedFault: null };
    report({ done: before, total, result });
  }
  if (fundId !== null) return { books, feedSound: null, feedFault: null };
  signal.throwIfAborted();
  const feedFault = (await verifyFeed(pool, tenantId)) ?? null;
  if (feedFault !== null) {
    reportCorrupt({ tenantId, bookId: tenantBookOf(tenantId) }, `verification: ${feedFault}`);
  }
  return { books, feedSound: feedFault === null, feedFault };
}

interface BookEnd {
  readonly bookId: string;
  readonly end: number;
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

const CANCEL_OTHERS = `
  SELECT pg_cancel_backend(pid) FROM unnest($1::integer[]) AS reading (pid) WHERE pid <> pg_backend_pid()`;

/** Connections of one run's own, so that neither postings nor reads wait for it. */
async function withOwnPool<T>(
  { url, logger }: VerificationParts,
  signal: AbortSignal,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const pool = createPool({ url, logger, max: CONNECTIONS, pipeline: true });
  const processes = new Set<number>();
  pool.on("connect", (client) => {
    const { processID } = client as unknown as { processID: number };
    processes.add(processID);
  });
  // A comparison of a whole table is one statement, which looks at no signal.
  const onAbort = (): void => {
    pool.query(CANCEL_OTHERS, [[...processes]]).catch(() => undefined);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(pool);
  } finally {
    signal.removeEventListener("abort", onAbort);
    await pool.end();
  }
}

/** A verification may be asked for of all that a caller may see only by who may see everything. */
export const needsEveryFund = (): AppError =>
  new AppError(
    "FORBIDDEN",
    "Verifying every book needs a grant for every fund. Name one fund instead.",
  );
