import { AppError } from "@allfunds/contract/errors";
import type { Statements } from "./batched-sql.ts";
import type { BookId } from "./book.ts";
import { BookState, GENESIS } from "./book-state.ts";
import { evolve } from "./decide.ts";
import { decodeEvent } from "./event-log.ts";
import { tenantBookOf } from "./log-sql.ts";
import { nameBreak } from "./name-break.ts";
import { Replay, ReplayFault, type Fault, type ReplayedState, type TenantAt } from "./replay.ts";
import { foldsNothing, type Model } from "./slice.ts";
import {
  isChained,
  PAGE_EVENTS,
  readEventPages,
  readHead,
  type BookEnd,
  type ChainPlace,
  type ReadEvent,
  type StoredEvent,
} from "./stored-events.ts";
import { spell } from "./table.ts";

export type Verification =
  | ({ readonly sound: true } & ChainPlace)
  | { readonly sound: false; readonly fault: Fault };

export interface VerifyOptions {
  /** A place that was noted elsewhere: holds even against a book that was rewritten as a whole. */
  readonly anchor?: ChainPlace | undefined;
  /** Where an earlier verification came to. What lies before it is not looked at again. */
  readonly from?: ReplayedState | undefined;
  /** Called now and then with the position that was reached and where the book ends. */
  readonly onProgress?: ((position: number, end: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Proves a book by replay: its hash chain, every rule while its events are folded, and every row of every table
 * that a decision or an answer reads. Names the first position that is wrong. Streams: memory does not grow
 * with the book. `onSound` is given what the replay came to. All statements must see the same instant.
 */
export async function verifyWith(
  statements: Statements,
  model: Model,
  book: BookId,
  options: VerifyOptions = {},
  onSound: (replayed: ReplayedState) => void = () => undefined,
): Promise<Verification> {
  const tenantAt = await foldTenantBook(statements, model, book.tenantId);
  const replay = new Replay({ statements, model, book, tenantAt, from: options.from });
  try {
    const head = await foldLog(statements, model, book, replay, options);
    await replay.end({ isOfEarlierVersion: head?.stateDigest === null });
    onSound(replay);
    return { sound: true, ...replay.place };
  } catch (error) {
    if (error instanceof ReplayFault) return { sound: false, fault: error.fault };
    throw error;
  }
}

async function foldLog(
  statements: Statements,
  model: Model,
  book: BookId,
  replay: Replay,
  { anchor, onProgress, signal }: VerifyOptions,
): Promise<BookEnd | undefined> {
  const head = await readHead(statements, book);
  const before = replay.state.head.position;
  for await (const page of readEventPages(statements, book, before === 0 ? FIRST : before + 1)) {
    signal?.throwIfAborted();
    let last = replay.place;
    for (const event of page) {
      if (head !== undefined && event.position > head.position) {
        const what = `the book ends at ${head.position}, its events go on`;
        throw new ReplayFault(head.position + 1, "INSERTED", what);
      }
      await checkLink(statements, model, book, last, event);
      checkPlace(event, anchor);
      last = event;
    }
    const folded = replay.fold(page);
    // The server reads on while this page is folded. The fold has taken what was read for it already.
    replay.readAhead(last.position + 1, last.position + PAGE_EVENTS);
    await folded;
    onProgress?.(replay.state.head.position, head?.position ?? 0);
  }
  const last = replay.place;
  if (last.position === 0 && head === undefined) {
    throw new AppError("FUND_NOT_FOUND", `There is no fund ${book.bookId}.`);
  }
  checkEnd(last, head);
  // An anchor inside the book was compared on the way; one behind its end shows that the end is gone.
  if (anchor !== undefined && anchor.position > last.position) checkEnd(last, anchor);
  if (head !== undefined) checkHead(replay, head);
  return head;
}

/** No event lies before it; what was inserted there is read, too. */
const FIRST = Number.MIN_SAFE_INTEGER;

/** Does the event follow from the one before it? */
async function checkLink(
  statements: Statements,
  model: Model,
  book: BookId,
  last: ChainPlace,
  event: ReadEvent,
): Promise<void> {
  const position = last.position + 1;
  if (event.position < position) {
    throw new ReplayFault(event.position, "INSERTED", "no book has an event before its first");
  }
  if (event.position === position && isChained(model, book, last.hash, event)) return;
  const rest = eventsFrom(statements, book, position);
  const fault = await nameBreak(book, { position, previous: last.hash, rest });
  throw new ReplayFault(fault.position, fault.kind, fault.what);
}

async function* eventsFrom(
  statements: Statements,
  book: BookId,
  from: number,
): AsyncGenerator<StoredEvent, void, void> {
  for await (const page of readEventPages(statements, book, from)) yield* page;
}

function checkPlace({ position, hash }: ChainPlace, anchor?: ChainPlace): void {
  if (anchor?.position !== position || anchor.hash === hash) return;
  const what = `the hash at ${position} is not the one that was noted`;
  throw new ReplayFault(position, "CHANGED", what);
}

function checkEnd(last: ChainPlace, head: ChainPlace | undefined): void {
  if (head === undefined) {
    if (last.position === 0) return;
    throw new ReplayFault(last.position, "HEAD", "the end of the book is gone");
  }
  if (head.position > last.position) {
    const next = last.position + 1;
    const what = `the book ends at ${head.position}, its events end before ${next}`;
    throw new ReplayFault(next, "MISSING", what);
  }
  if (head.hash === last.hash) return;
  const what = "the last event has not the hash the book ends with";
  throw new ReplayFault(last.position, "CHANGED", what);
}

/** What the head keeps beside the chain: the time of its last event, and the digest of the rows. */
function checkHead({ state }: Replay, head: BookEnd): void {
  const { position, recordedAt } = state.head;
  if (position > 0 && head.recordedAt !== spell(recordedAt)) {
    const what = `the book was recorded last at ${head.recordedAt}, its last event at ${spell(recordedAt)}`;
    throw new ReplayFault(position, "HEAD", what);
  }
  const digest = state.digest.toBuffer().toString("hex");
  if (head.stateDigest === null || head.stateDigest === digest) return;
  throw new ReplayFault(position, "HEAD", "the head commits to other rows than its events lead to");
}

/** The tenant's own book, folded as far as a posting names it. */
async function foldTenantBook(
  statements: Statements,
  model: Model,
  tenantId: string,
): Promise<TenantAt> {
  const events: StoredEvent[] = [];
  const book = { tenantId, bookId: tenantBookOf(tenantId) };
  // What no decision reads may be most of the book: such an event is a place and nothing more.
  const kept = (event: StoredEvent): StoredEvent =>
    model.eventOf(event.type)?.evolve === foldsNothing ? { ...event, payload: {} } : event;
  for await (const page of readEventPages(statements, book, 1)) events.push(...page.map(kept));
  let state = new BookState(GENESIS);
  let folded = 0;
  return (position) => {
    // Positions seldom go back: then it is folded again from its beginning.
    if (state.head.position > position) [state, folded] = [new BookState(GENESIS), 0];
    for (; folded < Math.min(position, events.length); folded += 1)
      foldInto(model, state, events[folded]);
    return state;
  };
}

function foldInto(model: Model, state: BookState, stored: StoredEvent | undefined): void {
  if (stored === undefined) return;
  const recordedAt = new Date(stored.recordedAt);
  const isRead = model.eventOf(stored.type)?.evolve !== foldsNothing;
  const event = isRead ? decodeEvent(model, stored.type, stored.payload) : undefined;
  if (event !== undefined) evolve(model, state, event, { ...stored, recordedAt });
  state.head = { position: stored.position, hash: stored.hash, recordedAt };
}
