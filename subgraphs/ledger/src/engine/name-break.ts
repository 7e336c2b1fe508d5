import type { BookId } from "./book.ts";
import type { Fault } from "./replay.ts";
import { hashAt, type StoredEvent } from "./stored-events.ts";

/** Where a chain stopped holding: everything before `position` was as recorded. */
export interface ChainBreak {
  readonly position: number;
  /** Hash of the last event that held. */
  readonly previous: string;
  /** The events from the first bad one on, in the order they lie. */
  readonly rest: AsyncIterable<StoredEvent>;
}

/**
 * Finds out what was done at a break by looking for the event that belongs there: it would chain to the
 * last good one. Reads on to the end of the book at most once and holds no more than two events.
 */
export async function nameBreak(book: BookId, broken: ChainBreak): Promise<Fault> {
  const { position, previous } = broken;
  let suspect: StoredEvent | undefined;
  let second: StoredEvent | undefined;
  let shifted: { expected: number; hash: string } | undefined;
  for await (const event of broken.rest) {
    if (suspect === undefined) {
      if (event.position > position) return missing(position, event);
      suspect = event;
      continue;
    }
    second ??= event;
    if (shifted === undefined) {
      const own = hashAt(book, previous, position, event);
      if (own !== event.hash && own !== suspect.hash) continue;
      // Not the next one: something was put in its place, so the two changed places.
      if (event.position > suspect.position + 1) return reordered(position, event.position);
      shifted = { expected: position + 1, hash: own };
    } else if (hashAt(book, shifted.hash, shifted.expected, event) === event.hash) {
      shifted = { expected: shifted.expected + 1, hash: event.hash };
    } else {
      break;
    }
    // Later events moved up by one: either the suspect was taken from behind them, or it is new.
    const fit = hashAt(book, shifted.hash, shifted.expected, suspect);
    if (fit === suspect.hash || fit === event.hash) return reordered(position, position + 1);
  }
  if (shifted !== undefined) return inserted(position);
  if (suspect === undefined)
    return { position, kind: "MISSING", what: `event ${position} is gone` };
  return changedOrClosedGap(book, position, suspect, second);
}

const missing = (position: number, next: StoredEvent): Fault => ({
  position,
  kind: "MISSING",
  what: `event ${position} is gone; the next one there is ${next.position}`,
});

const reordered = (position: number, foundAt: number): Fault => ({
  position,
  kind: "REORDERED",
  what: `the event that was recorded at ${position} stands at ${foundAt}`,
});

const inserted = (position: number): Fault => ({
  position,
  kind: "INSERTED",
  what: `the event at ${position} was never recorded; the one recorded there was moved behind it`,
});

/** A gap closed by renumbering shows in the next two: they still chain to each other one position later. */
function changedOrClosedGap(
  book: BookId,
  position: number,
  suspect: StoredEvent,
  second: StoredEvent | undefined,
): Fault {
  if (second !== undefined && hashAt(book, suspect.hash, position + 2, second) === second.hash) {
    return {
      position,
      kind: "MISSING",
      what: `event ${position} is gone and the later ones were moved down to hide it`,
    };
  }
  return {
    position,
    kind: "CHANGED",
    what: `the event at ${position}, or its hash, is not what was recorded`,
  };
}
