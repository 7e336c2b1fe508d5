import { AppError } from "@allfunds/contract/errors";
import { bookKey } from "./book.ts";
import type { BookPosition } from "./cursor-store.ts";

export class FeedGapError extends Error {
  constructor(book: string, expected: number, got: number) {
    super(`book ${book}: expected position ${expected}, the feed delivered ${got}`);
    this.name = "FeedGapError";
  }
}

/**
 * Keeps the events that are new, in order; `applied` is by book key. A position already applied is passed over;
 * a missing one proves loss and stops the follower before a wrong figure is stored. `delivered` holds how far
 * the same subscription came before: within one, a position that comes again is of another history.
 */
export function takeInOrder<Event extends BookPosition>(
  events: readonly Event[],
  applied: ReadonlyMap<string, number>,
  delivered: Map<string, number> = new Map(),
): { readonly fresh: Event[]; readonly positions: BookPosition[] } {
  const reached = new Map(applied);
  const moved = new Map<string, BookPosition>();
  const fresh: Event[] = [];
  for (const event of events) {
    const { tenantId, fundId, position } = event;
    const book = bookKey(event);
    const expected = (reached.get(book) ?? 0) + 1;
    if (position <= (delivered.get(book) ?? 0)) throw wentBack(book, position);
    delivered.set(book, position);
    if (position < expected) continue;
    if (position > expected) throw new FeedGapError(book, expected, position);
    reached.set(book, position);
    moved.set(book, { tenantId, fundId, position });
    fresh.push(event);
  }
  return { fresh, positions: [...moved.values()] };
}

const wentBack = (book: string, position: number): AppError =>
  new AppError(
    "CURSOR_OF_ANOTHER_LOG",
    "The feed went back within a subscription: the ledger was restored or replaced under it.",
    { detail: `book ${book}: position ${position} was delivered again` },
  );
