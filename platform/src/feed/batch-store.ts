import type { DatabaseClient } from "../database/pool.ts";
import { sendTogether, type Statement } from "../database/one-transaction.ts";
import { bookKey } from "./book.ts";
import { moveOn, readBookPositions, readCursor, type BookPosition } from "./cursor-store.ts";
import { readEvents } from "./read-events.ts";
import type { LedgerEvent } from "@allfunds/contract/events";
import type { FeedBatch } from "./gathered-batches.ts";
import { takeInOrder } from "./take-in-order.ts";

/** What a batch of events does to a read model. */
export interface Effect {
  /**
   * The statements that bring the events into the read model. They are stored, in order, in the
   * transaction that also moves the cursor. What they need of the database is read before, on the
   * connection given: it is the follower's own and ends with it.
   */
  readonly statementsFor: (
    events: readonly LedgerEvent[],
    client: DatabaseClient,
  ) => Promise<readonly Statement[]>;
  /**
   * Called before following begins, at the start and after every failure: what is remembered of earlier
   * batches may not be what is stored. In between nobody else applies events.
   */
  readonly forget?: () => void;
  /**
   * Whether an event is stored in a transaction of its own, however the feed was cut into batches: what comes
   * before it is in the database then, and what follows finds there what it did.
   */
  readonly standsAlone?: (event: LedgerEvent) => boolean;
}

// Beyond this they are read again; a book takes about 200 bytes.
const MOST_BOOKS = 20_000;

/** The events in pieces, each to be stored in one transaction. */
export function inPieces(
  events: readonly LedgerEvent[],
  { standsAlone = () => false }: Pick<Effect, "standsAlone">,
): LedgerEvent[][] {
  const pieces: LedgerEvent[][] = [];
  let open: LedgerEvent[] | undefined;
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

const positionsAfter = (events: readonly LedgerEvent[]): BookPosition[] => [
  ...new Map(
    events.map(({ tenantId, fundId, position }) => {
      const book = { tenantId, fundId, position };
      return [bookKey(book), book] as const;
    }),
  ).values(),
];

/**
 * Stores batches one after the other on one connection. As only the holder of the cursor stores, and a
 * cursor that somebody else moved fails the batch, what was stored last need not be read back.
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
    effect.forget?.();
    return new BatchStore(client, follower, effect, await readCursor(client, follower));
  }

  /** The place behind which to go on; null at the start of the feed. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Another subscription begins, behind the cursor. */
  beginSubscription(): void {
    this.#delivered.clear();
  }

  /** Returns how far it brought each book. */
  async store(batch: FeedBatch): Promise<readonly BookPosition[]> {
    // A confirmation of the cursor, word for word, is nothing to store.
    if (batch.events.length === 0 && batch.cursor === this.#cursor) return [];
    await this.#learnPositions(batch);
    const { fresh, positions } = takeInOrder(batch.events, this.#applied, this.#delivered);
    const pieces = inPieces(readEvents(fresh), this.#effect);
    for (const events of pieces.slice(0, -1)) {
      await this.#storePiece(events, this.#cursor, positionsAfter(events));
    }
    await this.#storePiece(pieces.at(-1) ?? [], batch.cursor, positions);
    return positions;
  }

  async #storePiece(
    events: readonly LedgerEvent[],
    next: string | null,
    positions: readonly BookPosition[],
  ): Promise<void> {
    const effect = events.length > 0 ? await this.#effect.statementsFor(events, this.#client) : [];
    const cursor = { expected: this.#cursor, next };
    await sendTogether(this.#client, [...moveOn(this.#follower, cursor, positions), ...effect]);
    this.#cursor = next;
    for (const moved of positions) this.#applied.set(bookKey(moved), moved.position);
  }

  async #learnPositions({ events }: FeedBatch): Promise<void> {
    if (this.#applied.size > MOST_BOOKS) this.#applied.clear();
    if (this.#delivered.size > MOST_BOOKS) this.#delivered.clear();
    const unknown = new Map(
      events.flatMap((event) => {
        const key = bookKey(event);
        return this.#applied.has(key) ? [] : [[key, event] as const];
      }),
    );
    if (unknown.size === 0) return;
    const books = [...unknown.values()];
    const stored = await readBookPositions(this.#client, this.#follower, books);
    for (const key of unknown.keys()) this.#applied.set(key, stored.get(key) ?? 0);
  }
}
