import { OneTransaction, type Pool, type Statement } from "@allfunds/platform";
import { BEGIN_APPENDING, BEGIN_ENDING, bookLockOf } from "./book-locks.ts";
import type { BookId } from "./recorded-event.ts";

export interface BatchStatements {
  /** Add rows, and depend on none that the batch before leaves. */
  readonly appends: readonly Statement[];
  /** Move the book's head, first of all, and whatever depends on the batch before. */
  readonly changes: readonly Statement[];
}

/**
 * Carries statements out as one transaction on a connection of the pool; resolves when it is durable.
 * Calls `onBegun` when it may append to the book: what is sent from then on comes after it.
 */
export async function sendBatch(
  pool: Pool,
  book: BookId,
  { appends, changes }: BatchStatements,
  onBegun: () => void,
): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const lock = String(bookLockOf(book));
    const all = [
      { text: BEGIN_APPENDING, values: [book.tenantId, lock] },
      ...appends,
      { text: BEGIN_ENDING, values: [lock] },
      ...changes,
    ];
    await client.query(new OneTransaction(all, onBegun)).done;
  } catch (error) {
    // A failed transaction leaves a lock, and perhaps statements half-prepared: its connection is closed.
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
