import { AppError } from "@allfunds/contract/errors";
import { placeOf, readKnownEvents, type BookEvent } from "@allfunds/contract/feed";
import { sendTogether, type SqlStatement } from "../database/one-transaction.ts";
import type { DatabaseClient } from "../database/pool.ts";
import {
  bookKey,
  moveCursor,
  readBookPositions,
  readCursor,
  type BookPosition,
} from "./cursor-store.ts";
import type { FeedBatch } from "./feed-subscription.ts";

/** Turns a batch of events into changes of a read model. */
export interface Effect {
  /**
   * The SQL statements that apply the events. They run in order, in the transaction that also moves the
   * cursor. Read what they need before, on the given connection, which belongs to the follower.
   */
  readonly statementsFor: (
    events: readonly BookEvent[],
    client: DatabaseClient,
  ) => Promise<readonly SqlStatement[]>;
  /**
   * Clears what the effect caches of earlier batches. The follower calls it at the start and after every
   * failure, when the cache may differ from the database. In between no other replica applies events.
   */
  readonly evict?: () => void;
  /**
   * Whether an event gets its own transaction, independent of how the feed was batched. Earlier events are
   * stored before it, and later ones can read its changes.
   */
  readonly standsAlone?: (event: BookEvent) => boolean;
}

// Above this the cache is cleared and read again; a book takes about 200 bytes.
const MOST_BOOKS = 20_000;

/** Splits events into pieces, each for one transaction. */
export function inPieces(
  events: readonly BookEvent[],
  { standsAlone = () => false }: Pick<Effect, "standsAlone">,
): BookEvent[][] {
  const pieces: BookEvent[][] = [];
  let open: BookEvent[] | undefined;
  for (const event of events) {
    if (standsAlone(event)) {
      pieces.push([event]);
      open = undefined;
      continue;
    }
    if (open === undefined) pieces.push((open = []));
    open.push(event);
  }
  return pieces;
}

const positionsAfter = (events: readonly BookEvent[]): BookPosition[] => [
  ...new Map(
    events.map((event) => {
      const place = placeOf(event);
      return [bookKey(place), place] as const;
    }),
  ).values(),
];

/**
 * Stores batches one after the other on one connection. A batch fails when another replica moved the cursor,
 * so the positions cached here always match the database.
 */
export class BatchStore {
  readonly #client: DatabaseClient;
  readonly #follower: string;
  readonly #effect: Effect;
  readonly #applied = new Map<string, number>();
  readonly #delivered = new Map<string, number>();
  #cursor: string | null;

  private constructor(
    client: DatabaseClient,
    follower: string,
    effect: Effect,
    cursor: string | null,
  ) {
    this.#client = client;
    this.#follower = follower;
    this.#effect = effect;
    this.#cursor = cursor;
  }

  static async open(client: DatabaseClient, follower: string, effect: Effect): Promise<BatchStore> {
    effect.evict?.();
    return new BatchStore(client, follower, effect, await readCursor(client, follower));
  }

  /** The cursor to continue after; null at the start of the feed. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Call when a new subscription begins after the cursor. */
  beginSubscription(): void {
    this.#delivered.clear();
  }

  /** Stores a batch and returns the new position of each book. */
  async store(batch: FeedBatch): Promise<readonly BookPosition[]> {
    // A batch that only confirms the cursor changes nothing.
    if (batch.events.length === 0 && batch.cursor === this.#cursor) return [];
    await this.#readMissingPositions(batch);
    const { fresh, positions } = takeInOrder(batch.events, this.#applied, this.#delivered);
    const pieces = inPieces(readKnownEvents(fresh), this.#effect);
    for (const events of pieces.slice(0, -1)) {
      await this.#storePiece(events, this.#cursor, positionsAfter(events));
    }
    await this.#storePiece(pieces.at(-1) ?? [], batch.cursor, positions);
    return positions;
  }

  async #storePiece(
    events: readonly BookEvent[],
    next: string | null,
    positions: readonly BookPosition[],
  ): Promise<void> {
    const effect = events.length > 0 ? await this.#effect.statementsFor(events, this.#client) : [];
    const cursor = { expected: this.#cursor, next };
    await sendTogether(this.#client, [...moveCursor(this.#follower, cursor, positions), ...effect]);
    this.#cursor = next;
    for (const moved of positions) this.#applied.set(bookKey(moved), moved.position);
  }

  async #readMissingPositions({ events }: FeedBatch): Promise<void> {
    if (this.#applied.size > MOST_BOOKS) this.#applied.clear();
    if (this.#delivered.size > MOST_BOOKS) this.#delivered.clear();
    const missing = new Map(
      events.flatMap((event) => {
        const book = placeOf(event);
        const key = bookKey(book);
        return this.#applied.has(key) ? [] : [[key, book] as const];
      }),
    );
    if (missing.size === 0) return;
    const books = [...missing.values()];
    const stored = await readBookPositions(this.#client, this.#follower, books);
    for (const key of missing.keys()) this.#applied.set(key, stored.get(key) ?? 0);
  }
}

export class FeedGapError extends Error {
  constructor(book: string, expected: number, got: number) {
    super(`book ${book}: expected position ${expected}, the feed delivered ${got}`);
    this.name = "FeedGapError";
  }
}

/**
 * Returns the new events, in order. It skips positions that are already applied; `applied` is by book key.
 * A missing position proves loss, so it throws before a wrong figure is stored. `delivered` holds the
 * subscription's last positions: one that repeats within a subscription belongs to another history.
 */
export function takeInOrder<Event extends Parameters<typeof placeOf>[0]>(
  events: readonly Event[],
  applied: ReadonlyMap<string, number>,
  delivered: Map<string, number> = new Map(),
): { readonly fresh: Event[]; readonly positions: BookPosition[] } {
  const reached = new Map(applied);
  const moved = new Map<string, BookPosition>();
  const fresh: Event[] = [];
  for (const event of events) {
    const place = placeOf(event);
    const { position } = place;
    const book = bookKey(place);
    const expected = (reached.get(book) ?? 0) + 1;
    if (position <= (delivered.get(book) ?? 0)) throw wentBack(book, position);
    delivered.set(book, position);
    if (position < expected) continue;
    if (position > expected) throw new FeedGapError(book, expected, position);
    reached.set(book, position);
    moved.set(book, place);
    fresh.push(event);
  }
  return { fresh, positions: [...moved.values()] };
}

const wentBack = (book: string, position: number): AppError =>
  new AppError(
    "CURSOR_OF_ANOTHER_LOG",
    "The feed repeated a position within a subscription: its log was restored or replaced.",
    { detail: `book ${book}: position ${position} was delivered again` },
  );
