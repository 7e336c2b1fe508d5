import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientCredentials } from "../auth/client-credentials.ts";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { Logger } from "../logging.ts";
import { BatchStore, type Effect } from "./batch-store.ts";
import { bookKey, type Book } from "./book.ts";
import { readBookPositions, type BookPosition } from "./cursor-store.ts";
import { Term } from "./term.ts";
import { subscribeLedger } from "./subscribe-ledger.ts";

export interface FollowerOptions {
  /** Names the place kept in the feed; one per read model. */
  readonly name: string;
  readonly ledgerUrl: string;
  /** Who follows; absent at a ledger that asks nobody for a token. */
  readonly credentials?: Pick<ClientCredentials, "grant" | "forget"> | undefined;
  readonly pool: Pool;
  readonly logger: Logger;
  readonly effect: Effect;
}

const LONGEST_WAIT_MS = 1_500;
const POLL_MS = 50;
const STANDBY_MS = 1_000;
const LONGEST_BACKOFF_MS = 5_000;

/**
 * Follows the ledger's feed for ever: each event takes effect exactly once, because effect and cursor
 * are stored in one transaction. Of several replicas one follows; the others stand by.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #reached = new Map<string, number>();
  readonly #moved = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#followForEver();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /**
   * Resolves once this read model holds the book up to `position`.
   * Gives up with CONSISTENCY_TIMEOUT after `timeoutMs`: late is said, a stale figure never given.
   */
  async waitFor(book: Book, position: number, timeoutMs: number = LONGEST_WAIT_MS): Promise<void> {
    const key = bookKey(book);
    const deadline = Date.now() + timeoutMs;
    while ((this.#reached.get(key) ?? 0) < position) {
      const stored = await readBookPositions(this.#options.pool, this.#options.name, [book]);
      this.#remember(stored);
      if ((stored.get(key) ?? 0) >= position) return;
      const left = deadline - Date.now();
      if (left <= 0) {
        throw new AppError(
          "CONSISTENCY_TIMEOUT",
          "The figures have not caught up with the ledger yet; ask again in a moment.",
          {
            detail: `${this.#options.name} has ${stored.get(key) ?? 0} of ${position} in book ${key}`,
          },
        );
      }
      await this.#nextMove(Math.min(left, POLL_MS));
    }
  }

  #remember(positions: ReadonlyMap<string, number>): void {
    for (const [book, position] of positions) {
      if (position > (this.#reached.get(book) ?? 0)) this.#reached.set(book, position);
    }
  }

  async #nextMove(timeoutMs: number): Promise<void> {
    await once(this.#moved, "moved", { signal: AbortSignal.timeout(timeoutMs) }).catch(
      () => undefined,
    );
  }

  async #followForEver(): Promise<void> {
    const { logger, name } = this.#options;
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#followAsLeader(() => {
          failures = 0;
        });
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        const waitMs = Math.min(100 * 2 ** failures, LONGEST_BACKOFF_MS);
        logger.warn(
          { err: error, follower: name, waitMs },
          "the feed was interrupted, following again soon",
        );
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /**
   * Holds the follower's advisory lock for as long as it follows, on a connection of its own, which also
   * stores the batches: one that lost the lock can store nothing any more.
   */
  async #followAsLeader(onProgress: () => void): Promise<void> {
    const { pool, name } = this.#options;
    const session = await pool.connect();
    const lost = new AbortController();
    const onError = (error: Error): void => lost.abort(error);
    session.on("error", onError);
    try {
      const { rows } = await session.query<{ leads: boolean }>(
        "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS leads",
        [`follower:${name}`],
      );
      if (rows[0]?.leads !== true) {
        await sleep(STANDBY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        return;
      }
      await this.#follow(session, AbortSignal.any([this.#stop.signal, lost.signal]), onProgress);
    } finally {
      session.off("error", onError);
      // Destroying the connection gives the lock back whatever state it is in.
      session.release(true);
    }
  }

  async #follow(
    session: DatabaseClient,
    signal: AbortSignal,
    onProgress: () => void,
  ): Promise<void> {
    const { name, credentials, effect } = this.#options;
    const store = await BatchStore.open(session, name, effect);
    while (!signal.aborted) {
      const grant = await credentials?.grant();
      const term = new Term(grant, signal);
      try {
        for await (const batch of this.#batches(store.cursor, grant?.token, term.signal)) {
          signal.throwIfAborted();
          this.#tell(await store.store(batch));
          onProgress();
        }
        if (!term.signal.aborted) throw new Error("the ledger closed the feed");
      } catch (error) {
        if (isRefusal(error)) credentials?.forget();
        throw error;
      } finally {
        term.end();
      }
    }
  }

  #batches(after: string | null, token: string | undefined, signal: AbortSignal) {
    return subscribeLedger({ ledgerUrl: this.#options.ledgerUrl, after, token, signal });
  }

  #tell(positions: readonly BookPosition[]): void {
    this.#remember(new Map(positions.map((moved) => [bookKey(moved), moved.position])));
    this.#moved.emit("moved");
  }
}

/** The ledger does not take the token, whatever the issuer thinks of it: the next try needs another one. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "UNAUTHENTICATED" || error.code === "FORBIDDEN");

export const createFollower = (options: FollowerOptions): Follower => new Follower(options);
