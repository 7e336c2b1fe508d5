import { AppError, type Pool } from "@allfunds/platform";
import type { BookId } from "../engine/book.ts";
import { headerLine, toLine } from "./book-file.ts";
import { atOneInstant } from "./snapshot.ts";
import { readEventPages, readHead } from "../engine/stored-events.ts";

/** Writes a book as it is at this instant, page by page, as fast as `write` takes it. */
export function exportBook(
  pool: Pool,
  book: BookId,
  write: (text: string) => Promise<void>,
): Promise<number> {
  return atOneInstant(pool, book.tenantId, async (client) => {
    const head = await readHead(client, book);
    if (head === undefined) {
      throw new AppError("FUND_NOT_FOUND", `There is no fund ${book.bookId}.`);
    }
    await write(headerLine(book.tenantId, book.bookId, head));
    for await (const page of readEventPages(client, book, Number.MIN_SAFE_INTEGER)) {
      await write(page.map(toLine).join(""));
    }
    return head.position;
  });
}
