import { AppError, type DatabaseClient, type Pool } from "@allfunds/platform";
import { GENESIS } from "../engine/book-state.ts";
import type { BookId } from "../engine/recorded-event.ts";
import { checkApprovals } from "./check-approvals.ts";
import { checkBalances } from "./check-balances.ts";
import { checkEntries, findStrayEntry, readEntries } from "./check-entries.ts";
import type { ChainPlace, Fault, FaultKind, Verification } from "./fault.ts";
import { nameBreak } from "./name-break.ts";
import { atOneInstant } from "./snapshot.ts";
import { hashAt, readEventPages, readHead, type StoredEvent } from "./stored-event.ts";

/**
 * Checks a book against its hash chain, its entries against its events and its balances against its
 * entries, and names the first position that is wrong. Streams: memory does not grow with the book.
 * An anchor, a place that was noted elsewhere, holds even against a book that was rewritten as a whole.
 */
export function verifyBook(pool: Pool, book: BookId, anchor?: ChainPlace): Promise<Verification> {
  return atOneInstant(pool, book.tenantId, (client) => verifyWith(client, book, anchor));
}

/** The same within a transaction of the caller. */
export async function verifyWith(
  client: DatabaseClient,
  book: BookId,
  anchor?: ChainPlace,
): Promise<Verification> {
  const walk = await walkChain(client, book, anchor);
  if (!walk.sound) return walk;
  const fault =
    (await findStrayEntry(client, book, walk.position)) ??
    (await checkBalances(client, book)) ??
    (await checkApprovals(client, book));
  return fault === undefined ? walk : { sound: false, fault };
}

async function walkChain(
  client: DatabaseClient,
  book: BookId,
  anchor: ChainPlace | undefined,
): Promise<Verification> {
  const head = await readHead(client, book);
  let last: ChainPlace = { position: 0, hash: GENESIS.hash.toString("hex") };
  for await (const page of readEventPages(client, book, Number.MIN_SAFE_INTEGER)) {
    const entries = await readEntries(client, book, last.position + 1, last.position + page.length);
    for (const event of page) {
      const fault =
        checkInside(event, head) ??
        (await checkLink(client, book, last, event)) ??
        checkEntries(event, entries.get(event.position)) ??
        checkPlace(event, anchor);
      if (fault !== undefined) return { sound: false, fault };
      last = { position: event.position, hash: event.hash };
    }
  }
  if (last.position === 0 && head === undefined) {
    throw new AppError("FUND_NOT_FOUND", `There is no fund ${book.bookId}.`);
  }
  const fault = checkEnd(last, head) ?? (anchor && checkEnd(last, furthest(anchor, last)));
  return fault === undefined ? { sound: true, ...last } : { sound: false, fault };
}

const checkInside = ({ position }: StoredEvent, head: ChainPlace | undefined): Fault | undefined =>
  head !== undefined && position > head.position
    ? faultAt(head.position + 1, "INSERTED", `the book ends at ${head.position}, its events go on`)
    : undefined;

/** Does the event follow from the one before it? */
async function checkLink(
  client: DatabaseClient,
  book: BookId,
  last: ChainPlace,
  event: StoredEvent,
): Promise<Fault | undefined> {
  const position = last.position + 1;
  if (event.position < position) {
    return faultAt(event.position, "INSERTED", "no book has an event before its first");
  }
  if (event.position === position && hashAt(book, last.hash, position, event) === event.hash) {
    return undefined;
  }
  return nameBreak(book, {
    position,
    previous: last.hash,
    rest: eventsFrom(client, book, position),
  });
}

async function* eventsFrom(
  client: DatabaseClient,
  book: BookId,
  from: number,
): AsyncGenerator<StoredEvent, void, void> {
  for await (const page of readEventPages(client, book, from)) yield* page;
}

function checkPlace({ position, hash }: ChainPlace, anchor?: ChainPlace): Fault | undefined {
  if (anchor?.position !== position || anchor.hash === hash) return undefined;
  return faultAt(position, "CHANGED", `the hash at ${position} is not the one that was noted`);
}

/** An anchor inside the book was compared on the way; one behind its end shows that the end is gone. */
const furthest = (anchor: ChainPlace, last: ChainPlace): ChainPlace =>
  anchor.position > last.position ? anchor : last;

function checkEnd(last: ChainPlace, head: ChainPlace | undefined): Fault | undefined {
  const next = last.position + 1;
  if (head === undefined) {
    return last.position === 0
      ? undefined
      : faultAt(last.position, "HEAD", "the book's end is gone");
  }
  if (head.position > last.position) {
    return faultAt(
      next,
      "MISSING",
      `the book ends at ${head.position}, its events end before ${next}`,
    );
  }
  if (head.hash === last.hash) return undefined;
  return faultAt(last.position, "CHANGED", "the last event has not the hash the book ends with");
}

const faultAt = (position: number, kind: FaultKind, what: string): Fault => ({
  position,
  kind,
  what,
});
