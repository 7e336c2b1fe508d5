import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientCredentials } from "../auth/client-credentials.ts";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";
import { BatchStore, type Effect } from "./batch-store.ts";
import { bookKey, type Book } from "./book.ts";
import { readBookPositions, type BookPosition } from "./cursor-store.ts";
import { ReadModelState } from "./read-model-state.ts";
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
// A ledger that comes back may have been restored: how soon it is asked is how long that goes unnoticed.
const LONGEST_BACKOFF_MS = 1_000;
/** Of a long outage only the beginning is logged, and then every so many attempts. */
const LOGGED_AT_FIRST = 5;
const LOGGED_AFTERWARDS = 30;
/** How often a ledger that refused the cursor is asked again: the right one may be put back. */
const REFUSED_RETRY_MS = 5_000;

/**
 * Follows the ledger's feed for ever: each event takes effect exactly once, because effect and cursor
 * are stored in one transaction. Of several replicas one follows; the others stand by.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #reached = new Map<string, number>();
  readonly #moved = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  readonly #state: ReadModelState;
  #restart = new AbortController();
  #isRefusalLogged = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#state = new ReadModelState(options.pool, options.name, () => this.#startAnew());
  }

  start(): void {
    this.#running = Promise.all([this.#followForEver(), this.#state.watch(this.#stop.signal)]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** A readiness check: rejects with what to do while the read model must not be shown. */
  readonly ready = async (): Promise<void> => {
    await this.#state.lookWhenStale();
    const { obstacle } = this.#state;
    if (obstacle !== undefined) throw new Error(obstacle);
  };

  /** For reads that need no position: CONSISTENCY_TIMEOUT while the read model must not be shown. */
  async requireCurrent(): Promise<void> {
    await this.#state.lookWhenStale();
    this.#state.throwWhenOutdated();
  }

  /**
   * Resolves once this read model holds the book up to `position`.
   * Gives up with CONSISTENCY_TIMEOUT after `timeoutMs`, and at once while the ledger has another history
   * than this read model: a stale figure is never given.
   */
  async waitFor(book: Book, position: number, timeoutMs: number = LONGEST_WAIT_MS): Promise<void> {
    const key = bookKey(book);
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      await this.requireCurrent();
      if ((this.#reached.get(key) ?? 0) >= position) return;
      const { generation } = this.#state;
      const stored = await readBookPositions(this.#options.pool, this.#options.name, [book]);
      this.#remember(stored, generation);
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

  /** The read model was emptied: what was reached of it counts no more. */
  #startAnew(): void {
    this.#reached.clear();
    this.#isRefusalLogged = false;
    this.#restart.abort(new Error("the read model was emptied"));
  }

  /** Unless the read model was emptied since these positions were stored. */
  #remember(positions: ReadonlyMap<string, number>, generation: number): void {
    if (generation !== this.#state.generation) return;
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
    const stopped = this.#stop.signal;
    let failures = 0;
    while (!stopped.aborted) {
      this.#restart = new AbortController();
      const signal = AbortSignal.any([stopped, this.#restart.signal]);
      try {
        await this.#followAsLeader(signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (signal.aborted) continue;
        failures += 1;
        const waitMs = await this.#onInterruption(error, failures);
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Logs it, and returns after how long to follow again. */
  async #onInterruption(error: unknown, failures: number): Promise<number> {
    const { logger, name: follower, pool } = this.#options;
    if (!isOfAnotherLog(error)) {
      const waitMs = Math.min(100 * 2 ** failures, LONGEST_BACKOFF_MS);
      if (failures <= LOGGED_AT_FIRST || failures % LOGGED_AFTERWARDS === 0) {
        const line = "the feed was interrupted, following again soon";
        logger.warn({ err: error, follower, failures, waitMs }, line);
      }
      return waitMs;
    }
    await this.#state.refuse(pool, logger);
    if (!this.#isRefusalLogged) {
      logger.error({ err: error, detail: error.detail, follower }, this.#state.obstacle);
    }
    this.#isRefusalLogged = true;
    return REFUSED_RETRY_MS;
  }

  /**
   * Holds the follower's advisory lock for as long as it follows, on a connection of its own, which also
   * stores the batches: one that lost the lock can store nothing any more.
   */
  async #followAsLeader(stop: AbortSignal, onProgress: () => void): Promise<void> {
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
        await sleep(STANDBY_MS, undefined, { signal: stop }).catch(() => undefined);
        return;
      }
      await this.#follow(session, AbortSignal.any([stop, lost.signal]), onProgress);
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
    await this.#state.lookWhenStale();
    const { generation } = this.#state;
    const store = await BatchStore.open(session, name, effect);
    while (!signal.aborted) {
      const grant = await credentials?.grant();
      const term = new Term(grant, signal);
      store.beginSubscription();
      try {
        for await (const batch of this.#batches(store.cursor, grant?.token, term.signal)) {
          signal.throwIfAborted();
          this.#publish(await store.store(batch), generation);
          if (this.#state.refused) await this.#onAcceptance(session);
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

  /** The ledger takes the cursor again, as its first answer shows. */
  async #onAcceptance(session: DatabaseClient): Promise<void> {
    const { logger, name: follower } = this.#options;
    await this.#state.accept(session);
    this.#isRefusalLogged = false;
    logger.info({ follower }, "the ledger has the follower's history again");
  }

  #publish(positions: readonly BookPosition[], generation: number): void {
    const reached = new Map(positions.map((moved) => [bookKey(moved), moved.position]));
    this.#remember(reached, generation);
    this.#moved.emit("moved");
  }
}

/** The ledger does not take the token, whatever the issuer thinks of it: the next try needs another one. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "UNAUTHENTICATED" || error.code === "FORBIDDEN");

const isOfAnotherLog = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === "CURSOR_OF_ANOTHER_LOG";

export const createFollower = (options: FollowerOptions): Follower => new Follower(options);
