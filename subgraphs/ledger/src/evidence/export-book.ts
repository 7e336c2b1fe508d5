import { AppError } from "@allfunds/contract/errors";
import type { Pool } from "@allfunds/platform/database";
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
  return atOneInstant(pool, book.tenantId, async (statements) => {
    const head = await readHead(statements, book);
    if (head === undefined) {
      throw new AppError("FUND_NOT_FOUND", `There is no fund ${book.bookId}.`);
    }
    await write(headerLine(book.tenantId, book.bookId, head));
    for await (const page of readEventPages(statements, book, Number.MIN_SAFE_INTEGER)) {
      await write(page.map(({ payloadText: _text, ...event }) => toLine(event)).join(""));
    }
    return head.position;
  });
}
