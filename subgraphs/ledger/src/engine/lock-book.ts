import { bookLockOf, LOCK_BOOK } from "./book-locks.ts";
import { BookState, GENESIS, type BookHead, type FundState } from "./book-state.ts";
import type { BookId } from "./recorded-event.ts";
import type { Statements } from "./statements.ts";

const LOCK_HEAD = `
  SELECT position, hash, recorded_at FROM book WHERE tenant_id = $1 AND id = $2 FOR UPDATE`;

const READ_FUND = `
  SELECT id, name, currency, closed_periods AS "closedPeriods", approval_limits AS "approvalLimits"
  FROM fund WHERE tenant_id = $1 AND id = $2`;

/**
 * Makes this transaction the book's only writer and returns the state to decide on.
 * The locks have statements of their own: what is read after them sees all that was committed before.
 * A remembered state is used when the book is still where it was left.
 */
export async function lockBook(
  statements: Statements,
  book: BookId,
  remembered: BookState | undefined,
): Promise<BookState> {
  const [, head] = await Promise.all([
    statements.query(LOCK_BOOK, [bookLockOf(book)]),
    lockHead(statements, book),
  ]);
  if (remembered !== undefined && isSameHead(remembered.head, head)) return remembered;
  const state = new BookState(head);
  if (head.position > 0) {
    const { rows } = await statements.query<FundState>(READ_FUND, [book.tenantId, book.bookId]);
    const [fund] = rows;
    state.fund = fund && { ...fund, approvalLimits: fund.approvalLimits ?? undefined };
  }
  return state;
}

async function lockHead(statements: Statements, book: BookId): Promise<BookHead> {
  const { rows } = await statements.query<{ position: string; hash: Buffer; recorded_at: Date }>(
    LOCK_HEAD,
    [book.tenantId, book.bookId],
  );
  const [row] = rows;
  if (row === undefined) return GENESIS;
  return { position: Number(row.position), hash: row.hash, recordedAt: row.recorded_at };
}

const isSameHead = (a: BookHead, b: BookHead): boolean =>
  a.position === b.position && a.hash.equals(b.hash);
