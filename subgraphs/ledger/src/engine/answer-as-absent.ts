import { BookState, GENESIS } from "./book-state.ts";
import { decideBatch, type Submission, type Verdict } from "./decide-batch.ts";
import type { BookId } from "./recorded-event.ts";

/**
 * What commands to a book that the caller may not see are answered: word for word what a book that
 * does not exist would say. Nothing is read or stored for it.
 */
export function answerAsAbsent(book: BookId, submission: Submission): readonly Verdict[] {
  const absent = new BookState(GENESIS);
  const [verdicts = []] = decideBatch(book, absent, [submission], new Map()).verdicts;
  if (verdicts.some(({ accepted }) => accepted)) {
    throw new Error(`a command to ${book.bookId} was accepted though it may not be seen`);
  }
  return verdicts;
}
