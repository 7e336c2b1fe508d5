import { MAX_BOOKS } from "@allfunds/platform/book-positions";
import { LONGEST_LIFE_MS, type StoredAnswer } from "./answer-store.ts";

/** So much later than an event a read model may have it, and so much the clocks of replicas may differ. */
const SETTLED_MS = 2_000;
/** More books than this in five minutes: what is known of them is dropped, and with it all older answers. */
const MAX_FOLLOWED = 100_000;

interface Move {
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * How far books have moved by the ledger's feed. An answer is shown only while it has the newest event of each of
 * its books and was read after the newest in its tenant's own book; one that names no book only when its tenant has
 * had no event since. While the feed is lost no answer is shown. Without a feed in the graph all of them are.
 */
export class FollowedBooks {
  readonly #settledMs: number;
  /** By tenant and fund, the one that moved last at the end. */
  readonly #books = new Map<string, Move>();
  /** When each tenant's last event came, and the last one in its own book. */
  readonly #tenants = new Map<string, { readonly any: number; readonly own: number }>();
  /** The subgraph with the feed; undefined when the graph has none. */
  #subgraph: string | undefined;
  /** Since when every event has been noted; undefined while the feed is lost. */
  #since: number | undefined;

  constructor(settledMs = SETTLED_MS) {
    this.#settledMs = settledMs;
  }

  /** Names the subgraph whose feed is to be followed; undefined when the graph has no feed. */
  expect(subgraph: string | undefined): void {
    if (subgraph === this.#subgraph) return;
    this.#subgraph = subgraph;
    this.lose();
  }

  /** From now on every event is noted. */
  begin(): void {
    this.#books.clear();
    this.#tenants.clear();
    this.#since = Date.now();
  }

  lose(): void {
    this.#since = undefined;
  }

  get isFollowing(): boolean {
    return this.#since !== undefined;
  }

  /** A fund's book has moved to a position, or the tenant's own, which has no fund. */
  note(tenantId: string, fundId: string | null, position: number): void {
    const at = Date.now();
    const own = fundId === null ? at : (this.#tenants.get(tenantId)?.own ?? 0);
    this.#tenants.set(tenantId, { any: at, own });
    if (fundId !== null) {
      const key = keyOf(tenantId, fundId);
      const newest = Math.max(position, this.#books.get(key)?.position ?? 0);
      this.#books.delete(key);
      this.#books.set(key, { position: newest, at });
    }
    this.#evict(at);
  }

  /**
   * Notes what a mutation wrote. False when answers may depend on more than that, so that they all have to end: it
   * went to another subgraph, or not all of its books have moved in the feed before, as books of funds.
   */
  noteWritten(subgraph: string, tenantId: string, positions: StoredAnswer["positions"]): boolean {
    if (!this.isFollowing || subgraph !== this.#subgraph || !areAll(positions)) return false;
    if (!positions.every(([book]) => this.#books.has(keyOf(tenantId, book)))) return false;
    for (const [book, position] of positions) this.note(tenantId, book, position);
    return true;
  }

  /** Whether an answer has all that has happened in its books. */
  isCurrent(
    tenantId: string,
    { positions, readAt }: Pick<StoredAnswer, "positions" | "readAt">,
  ): boolean {
    if (this.#subgraph === undefined) return true;
    if (this.#since === undefined || readAt <= this.#since + this.#settledMs) return false;
    const { any, own } = this.#tenants.get(tenantId) ?? { any: 0, own: 0 };
    // A tenant's own book has what all of its funds share, such as prices and securities.
    const changedAt = areAll(positions) ? own : any;
    if (readAt <= changedAt + this.#settledMs) return false;
    return positions.every(
      ([book, position]) => position >= (this.#books.get(keyOf(tenantId, book))?.position ?? 0),
    );
  }

  /** What moved before the oldest answer was read does not matter any more. */
  #evict(now: number): void {
    for (const [key, { at }] of this.#books) {
      if (at > now - 2 * LONGEST_LIFE_MS) break;
      this.#books.delete(key);
    }
    if (this.#books.size > MAX_FOLLOWED || this.#tenants.size > MAX_FOLLOWED) this.begin();
  }
}

const keyOf = (tenantId: string, book: string): string => `${tenantId} ${book}`;

/** Whether an answer's positions name all of its books: subgraphs name so many at most, and some name none. */
const areAll = (positions: StoredAnswer["positions"]): boolean =>
  positions.length > 0 && positions.length < MAX_BOOKS;
