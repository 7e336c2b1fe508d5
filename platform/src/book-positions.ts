import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isId } from "./ids.ts";

/**
 * The header that names how far a reader has seen books, as `<book>:<position>`, several separated by commas. A
 * book is named by its id.
 */
export const POSITION_HEADER = "allfunds-position";

/** The most books that one request or answer names; those seen last are kept. */
export const MAX_BOOKS = 50;

const PAIR = /^([0-9a-f-]{36}):(\d{1,15})$/;

/** The positions of a header by book. Throws INVALID_INPUT when it is malformed. */
export function readPositions(text: string): ReadonlyMap<string, number> {
  const pairs = text.split(",");
  if (pairs.length > MAX_BOOKS)
    throw invalidInput(POSITION_HEADER, `names over ${MAX_BOOKS} books`);
  const seen = new SeenPositions();
  for (const pair of pairs) {
    const [, book = "", position] = PAIR.exec(pair.trim().toLowerCase()) ?? [];
    if (!isId(book))
      throw invalidInput(POSITION_HEADER, "must be <book>:<position>, several separated by commas");
    seen.note(book, Number(position));
  }
  return seen.positions;
}

export const writePositions = (positions: ReadonlyMap<string, number>): string =>
  Array.from(positions, ([book, position]) => `${book}:${position}`).join(",");

/** The header of a change that is refused with VERSION_CONFLICT when what it changes has changed since it was read. */
export const UNCHANGED_HEADER = "allfunds-if-unchanged";

/** What a change is refused without: that nothing has changed what it changes since it was read. */
export interface Unchanged {
  /** The id of what it changes. */
  readonly subject: string;
  /** The book that records its changes, and the position it was read at; absent for what is in no book. */
  readonly book?: string;
  /** 0: it has changed already, so that only the repeat of a change that took effect is answered. */
  readonly since?: number;
}

const SUBJECT = /^([0-9a-f-]{36})(?:@([0-9a-f-]{36}):(\d{1,15}))?$/;

/** Reads `<id>@<book>:<position>`, or an id alone. Throws INVALID_INPUT when it is neither. */
export function readUnchanged(text: string): Unchanged {
  const [, subject = "", book, since] = SUBJECT.exec(text.trim().toLowerCase()) ?? [];
  if (!isId(subject) || (book !== undefined && !isId(book)))
    throw invalidInput(UNCHANGED_HEADER, "must be <id>@<book>:<position>, or an id alone");
  return book === undefined ? { subject } : { subject, book, since: Number(since) };
}

export const writeUnchanged = ({ subject, book, since }: Unchanged): string =>
  book === undefined ? subject : `${subject}@${book}:${since}`;

/** The newest position of each book that the work for one request wrote or read. */
export class SeenPositions {
  readonly #positions = new Map<string, number>();

  note(book: string, position: number): void {
    const newest = Math.max(position, this.#positions.get(book) ?? 0);
    // Put in anew, so that the first is the one seen longest ago.
    this.#positions.delete(book);
    this.#positions.set(book, newest);
    if (this.#positions.size <= MAX_BOOKS) return;
    const [oldest = book] = this.#positions.keys();
    this.#positions.delete(oldest);
  }

  /** Notes the positions of an answer's header; a malformed one names none. */
  noteHeader(text: string | undefined): void {
    if (text === undefined) return;
    try {
      for (const [book, position] of readPositions(text)) this.note(book, position);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  get positions(): ReadonlyMap<string, number> {
    return this.#positions;
  }

  /** As a header's value; undefined when no book was seen. */
  get text(): string | undefined {
    return this.#positions.size === 0 ? undefined : writePositions(this.#positions);
  }
}
