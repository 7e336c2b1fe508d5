import { OneTransaction } from "@allfunds/platform/database";
import type { Client } from "pg";
import { arrayLiteral } from "../engine/batched-sql.ts";
import type { BookId } from "../engine/book.ts";
import type { AssignedRange } from "./feed-tail.ts";

const LOCK_HEAD = `SELECT seq FROM feed_head FOR UPDATE`;

const pending = (books: string): string => `
  FROM ${books}
  LEFT JOIN feed_book f ON f.tenant_id = b.tenant_id AND f.book_id = b.id
  WHERE b.position > coalesce(f.position, 0)`;

const ranges = (books: string, condition = ""): string => `
  WITH pending AS (
    SELECT b.tenant_id, b.id AS book_id, coalesce(f.position, 0) + 1 AS from_position,
           b.position AS to_position, b.hash AS last_event_hash,
           row_number() OVER (ORDER BY b.recorded_at, b.id) AS nth
    ${pending(books)} ${condition}
  ), placed AS (
    SELECT h.seq + p.nth AS seq, p.tenant_id, p.book_id, p.from_position, p.to_position,
           feed_chain(h.hash, feed_content(
             p.tenant_id, p.book_id, p.from_position, p.to_position, p.last_event_hash
           )) OVER (ORDER BY p.nth) AS hash
    FROM pending p, feed_head h
  ), added AS (
    INSERT INTO feed (seq, tenant_id, book_id, from_position, to_position, hash)
    SELECT seq, tenant_id, book_id, from_position, to_position, hash FROM placed
  ), moved AS (
    INSERT INTO feed_book (tenant_id, book_id, position)
    SELECT tenant_id, book_id, to_position FROM pending
    ON CONFLICT (tenant_id, book_id) DO UPDATE SET position = EXCLUDED.position
  ), head AS (
    UPDATE feed_head SET seq = last.seq, hash = last.hash
    FROM (SELECT seq, hash FROM placed ORDER BY seq DESC LIMIT 1) AS last
  )
  SELECT seq, tenant_id, book_id, from_position, to_position, encode(hash, 'hex')
  FROM placed ORDER BY seq`;

// A tenant that arrives from another database brings its places along.
const HERE = `
  AND b.tenant_id NOT IN (SELECT tenant FROM tenant_fence WHERE closed_until > now())`;

const LOOK = `
  SELECT EXISTS (SELECT ${pending("book b")} ${HERE}) AS found, (SELECT seq FROM feed_head) AS seq`;

const ASSIGN_ALL = ranges("book b", HERE);
const ASSIGN_THESE = ranges(
  "unnest($1::uuid[], $2::uuid[]) AS u (tenant_id, id) JOIN book b USING (tenant_id, id)",
);

/** Channel on which every instance is notified that the feed went on. */
export const FEED_MOVED = "ledger_feed";
const NOTIFY = `SELECT pg_notify('${FEED_MOVED}', '')`;

/** A row as the server sends it. */
type RangeRow = readonly [
  seq: string,
  tenantId: string,
  bookId: string,
  from: string,
  to: string,
  hash: string,
];

const toRange = ([seq, tenantId, bookId, from, to, hash]: RangeRow): AssignedRange => ({
  seq: Number(seq),
  tenantId,
  bookId,
  from: Number(from),
  to: Number(to),
  hash,
});

/** An assignment under way; of its statements only that which assigns returns rows of six columns. */
class Assignment extends OneTransaction {
  readonly ranges: AssignedRange[] = [];

  override handleDataRow(message?: { readonly fields: readonly string[] }): void {
    if (message?.fields.length === 6) {
      this.ranges.push(toRange(message.fields as unknown as RangeRow));
    }
  }
}

/**
 * Gives every range of these books that is not in the feed yet the next place in the feed's one order,
 * and notifies every instance; returns those ranges. Runs after their events were committed, in a short
 * transaction of its own: everyone sees places in order, and no writer of a book ever waits for another book.
 * The connection must take statements without waiting for the answers to earlier ones.
 */
export async function assignSequence(
  client: Client,
  books: readonly BookId[],
): Promise<readonly AssignedRange[]> {
  const tenantIds = arrayLiteral(books.map(({ tenantId }) => tenantId));
  const bookIds = arrayLiteral(books.map(({ bookId }) => bookId));
  const assignment = new Assignment([
    // The lock has its own statement, so that the ranges are read after the assignment before this one.
    { text: LOCK_HEAD, values: [] },
    { text: ASSIGN_THESE, values: [tenantIds, bookIds] },
    { text: NOTIFY, values: [] },
  ]);
  await client.query(assignment).done;
  return assignment.ranges;
}

/**
 * The same for all books, whichever instance moved them; looks first, because as a rule there is nothing. `before` is
 * where the feed ended before: further on than was assigned here, when a tenant has brought its ranges along.
 */
export async function assignWhatIsLeft(
  client: Client,
): Promise<{ readonly before: number; readonly ranges: readonly AssignedRange[] }> {
  const { rows } = await client.query<{ found: boolean; seq: string }>(LOOK);
  const before = Number(rows[0]?.seq ?? 0);
  if (rows[0]?.found !== true) return { before, ranges: [] };
  const assignment = new Assignment([
    { text: LOCK_HEAD, values: [] },
    { text: ASSIGN_ALL, values: [] },
    { text: NOTIFY, values: [] },
  ]);
  await client.query(assignment).done;
  return { before, ranges: assignment.ranges };
}
