import { setTimeout as sleep } from "node:timers/promises";
import { isConnectionFailure, withTransaction, type Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { settleAll } from "@allfunds/platform/settle-all";
import type { BookId } from "../engine/book.ts";
import { WakeSignal } from "../feed/wake-signal.ts";
import { advanceTogether } from "./advance-together.ts";
import { advance } from "./advance.ts";
import type { Projection } from "./projection.ts";

// Books that this instance moves are followed at once; those of others are found by looking.
const SCAN_MS = 5_000;
// What gathers in this time is taken in together; writers feel the difference, readers wait no longer.
const GATHER_MS = 200;
// Writers come first: three quarters of the time are theirs, unless a read model falls behind.
const WRITERS_SHARE = 3;
const MOST_BEHIND = 4_096;

const BOOK_ENDS = `
  SELECT tenant_id, id, position FROM book
  WHERE tenant_id NOT IN (SELECT tenant FROM tenant_fence WHERE closed_until > now())`;

/**
 * Keeps the read models that follow the books up to date, one small step at a time, so that writing is
 * not disturbed. Every instance may run one: a step locks the read model it moves.
 */
export class Projector {
  /** Wakes readers that wait for a read model. */
  readonly moved: WakeSignal;
  readonly #pool: Pool;
  readonly #projections: readonly Projection[];
  readonly #logger: Logger;
  readonly #work = new WakeSignal();
  readonly #stop = new AbortController();
  #dirty = new Map<string, BookId>();
  readonly #endSeen = new Map<string, string>();
  readonly #farBehind = new Set<string>();
  #loop: Promise<void> | undefined;
  #lastScan = -Infinity;

  constructor(
    pool: Pool,
    projections: readonly Projection[],
    logger: Logger,
    moved: WakeSignal = new WakeSignal(),
  ) {
    this.moved = moved;
    this.#pool = pool;
    this.#projections = projections;
    this.#logger = logger;
  }

  /** Books whose read models are behind, as far as is known here. */
  get waitingBooks(): number {
    return this.#dirty.size;
  }

  bookMoved(book: BookId): void {
    this.#dirty.set(nameOf(book), book);
    this.#work.wake();
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const seen = this.#work.turn;
      let isBehind = false;
      try {
        if (performance.now() - this.#lastScan >= SCAN_MS) await this.#scan();
        isBehind = await this.#advanceDirty();
      } catch (error) {
        this.#logger.warn({ err: error }, "read models could not be brought up to date");
        // What was not reached is found again by looking.
        this.#endSeen.clear();
      }
      if (this.#dirty.size === 0) await this.#work.next(seen, signal, SCAN_MS);
      if (!isBehind) await pause(GATHER_MS, signal);
    }
  }

  /** The same way across tenants as the sequencer's: it sees where books end, and no event. */
  async #scan(): Promise<void> {
    this.#lastScan = performance.now();
    const { rows } = await withTransaction(this.#pool, undefined, async (client) => {
      await client.query("SET LOCAL app.sequencer = 'on'");
      return client.query<{ tenant_id: string; id: string; position: string }>(BOOK_ENDS);
    });
    for (const { tenant_id: tenantId, id: bookId, position } of rows) {
      const name = nameOf({ tenantId, bookId });
      if (this.#endSeen.get(name) === position) continue;
      this.#endSeen.set(name, position);
      this.#dirty.set(name, { tenantId, bookId });
    }
  }

  /** Takes each book a step on; true when one needs another at once. */
  async #advanceDirty(): Promise<boolean> {
    let mostBehind = 0;
    const dirty = this.#dirty;
    this.#dirty = new Map();
    for (const [name, book] of dirty) {
      if (this.#stop.signal.aborted) return false;
      const started = performance.now();
      const behind = await this.#advance(book, this.#farBehind.has(name));
      if (behind > 0) this.#dirty.set(name, book);
      if (behind >= MOST_BEHIND) this.#farBehind.add(name);
      else this.#farBehind.delete(name);
      mostBehind = Math.max(mostBehind, behind);
      this.moved.wake();
      const share = WRITERS_SHARE * Math.max(0, 1 - behind / MOST_BEHIND);
      await pause(share * (performance.now() - started), this.#stop.signal);
    }
    return mostBehind > 0;
  }

  /**
   * How many positions are left to take in; 0, too, when nothing can be done now. Far behind, each read model goes
   * on by itself: one is made by this process while the server makes the others.
   */
  async #advance(book: BookId, isFarBehind: boolean): Promise<number> {
    const parts = isFarBehind ? this.#projections.map((each) => [each]) : [this.#projections];
    try {
      // None may still be under way when the pool ends, or when they are taken on one by one.
      const behind = parts.map((part) => advanceTogether(this.#pool, book, part));
      return Math.max(...(await settleAll(behind)));
    } catch (error) {
      if (isConnectionFailure(error)) throw error;
      this.#logger.warn({ err: error, book }, "read models are brought up to date one by one");
    }
    // One that fails holds back neither the others nor other books.
    let behind = 0;
    for (const projection of this.#projections) {
      try {
        const { done } = await advance(this.#pool, book, projection);
        if (!done) behind = Math.max(behind, projection.most);
      } catch (error) {
        const what = { err: error, book, projection: projection.name };
        this.#logger.warn(what, "a read model could not be brought up to date");
        this.#endSeen.delete(nameOf(book));
      }
    }
    return behind;
  }
}

const nameOf = ({ tenantId, bookId }: BookId): string => `${tenantId}/${bookId}`;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);
