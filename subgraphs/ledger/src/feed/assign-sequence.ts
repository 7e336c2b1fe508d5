import type { DatabaseClient } from "@allfunds/platform";
import type { BookId } from "../books/recorded-event.ts";

const LOCK_HEAD = `SELECT seq FROM feed_head FOR UPDATE`;

const ranges = (books: string): string => `
  WITH pending AS (
    SELECT b.tenant_id, b.id AS book_id, coalesce(f.position, 0) + 1 AS from_position,
           b.position AS to_position, row_number() OVER (ORDER BY b.recorded_at, b.id) AS nth
    FROM ${books}
    LEFT JOIN feed_book f ON f.tenant_id = b.tenant_id AND f.book_id = b.id
    WHERE b.position > coalesce(f.position, 0)
  ), added AS (
    INSERT INTO feed (seq, tenant_id, book_id, from_position, to_position)
    SELECT h.seq + p.nth, p.tenant_id, p.book_id, p.from_position, p.to_position
    FROM pending p, feed_head h
  ), moved AS (
    INSERT INTO feed_book (tenant_id, book_id, position)
    SELECT tenant_id, book_id, to_position FROM pending
    ON CONFLICT (tenant_id, book_id) DO UPDATE SET position = EXCLUDED.position
  )
  UPDATE feed_head SET seq = seq + (SELECT count(*) FROM pending)
  WHERE (SELECT count(*) FROM pending) > 0
  RETURNING seq`;

const ASSIGN_ALL = ranges("book b");
const ASSIGN_THESE = ranges(
  "unnest($1::uuid[], $2::uuid[]) AS u (tenant_id, id) JOIN book b USING (tenant_id, id)",
);

/**
 * Gives every stretch of a book that is not in the feed yet the next place in the feed's one order.
 * Runs after those events were committed, in a short transaction of its own: a place once given is seen
 * in order by everyone, and no writer of a book ever waits for another book.
 * Looks at the given books only, at all of them when none are given. True when anything was added.
 */
export async function assignSequence(
  client: DatabaseClient,
  books: readonly BookId[] | undefined,
): Promise<boolean> {
  await client.query("BEGIN");
  try {
    // The lock has its own statement, so that the ranges are read after the assignment before ours.
    await client.query(LOCK_HEAD);
    const { rowCount } =
      books === undefined
        ? await client.query(ASSIGN_ALL)
        : await client.query(ASSIGN_THESE, [
            books.map(({ tenantId }) => tenantId),
            books.map(({ bookId }) => bookId),
          ]);
    await client.query("COMMIT");
    return rowCount === 1;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
