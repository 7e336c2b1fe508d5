import type { BookId, PublishedEvent } from "../engine/book.ts";

const MOST_EVENTS = 2_000;

/**
 * What this instance has just committed, until it has its place in the feed: then it need not be read.
 * Only a help: what is not here is in the database.
 */
export class RecentEvents {
  readonly #books = new Map<string, PublishedEvent[]>();
  #count = 0;

  /** Events of a book in its order, as a command led to them. */
  add(book: BookId, events: readonly PublishedEvent[]): void {
    if (events.length === 0 || events.length > MOST_EVENTS) return;
    const name = nameOf(book);
    const run = this.#books.get(name) ?? [];
    const [first] = events;
    // Only what is without a gap can be taken by its positions.
    if (run.length > 0 && run.at(-1)?.position !== (first?.position ?? 0) - 1) {
      this.#count -= run.length;
      run.length = 0;
    }
    run.push(...events);
    this.#count += events.length;
    // Put in anew, so that the books come in the order in which they were written last.
    this.#books.delete(name);
    this.#books.set(name, run);
    this.#letOldestGo();
  }

  /** The events from one position to another, all or none of them; what comes before them is dropped. */
  take(book: BookId, from: number, to: number): readonly PublishedEvent[] | undefined {
    const run = this.#books.get(nameOf(book));
    const start = from - (run?.[0]?.position ?? Infinity);
    if (run === undefined || !(start >= 0) || start + (to - from) >= run.length) return undefined;
    const taken = run.splice(0, to - from + 1 + start);
    this.#count -= taken.length;
    if (run.length === 0) this.#books.delete(nameOf(book));
    return start === 0 ? taken : taken.slice(start);
  }

  clear(): void {
    this.#books.clear();
    this.#count = 0;
  }

  #letOldestGo(): void {
    for (const [name, run] of this.#books) {
      if (this.#count <= MOST_EVENTS) return;
      this.#count -= run.length;
      this.#books.delete(name);
    }
  }
}

const nameOf = ({ tenantId, bookId }: BookId): string => `${tenantId}/${bookId}`;
