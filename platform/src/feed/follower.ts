import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Registry } from "prom-client";
import type { ClientCredentials } from "../auth/client-credentials.ts";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";
import { BatchStore, type Effect } from "./batch-store.ts";
import { bookKey, readBookPositions, type Book, type BookPosition } from "./cursor-store.ts";
import { inSpan } from "../telemetry/tracing.ts";
import { subscribeFeed, SubscriptionLease, type FeedBatch } from "./feed-subscription.ts";
import { FollowerFigures } from "./follower-figures.ts";
import { ReadModelState } from "./read-model-state.ts";

export interface FollowerOptions {
  /** Names the stored cursor; one per read model. */
  readonly name: string;
  /** The base URL of the service that has the log, or those of its replicas, separated by commas. */
  readonly sourceUrl: string;
  /** The follower's credentials; absent when the service requires no token. */
  readonly credentials?: Pick<ClientCredentials, "grant" | "evict"> | undefined;
  readonly pool: Pool;
  readonly logger: Logger;
  readonly effect: Effect;
  /** Where its figures are collected. */
  readonly registry?: Registry | undefined;
}

type WantedPosition = readonly [book: Book, position: number];

const LONGEST_WAIT_MS = 1_500;
const POLL_MS = 50;
const STANDBY_MS = 1_000;
// Short, because a log that returns may have been restored, and only a new subscription detects it.
const LONGEST_BACKOFF_MS = 1_000;
/** In a long outage the first attempts are logged, then every thirtieth. */
const LOGGED_AT_FIRST = 5;
const LOGGED_AFTERWARDS = 30;
/** How often the follower retries after a refused cursor: the right log may be restored. */
const REFUSED_RETRY_MS = 5_000;

/**
 * Follows the feed of the books until stopped. Each event takes effect exactly once, because effect and cursor
 * are stored in one transaction. One of several replicas follows; the others stand by.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #reached = new Map<string, number>();
  readonly #moved = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  readonly #state: ReadModelState;
  readonly #figures: FollowerFigures | undefined;
  #restart = new AbortController();
  #isRefusalLogged = false;
  #interruptions = 0;
  /** Of the books it has stored here since it began, the positions are those of the database. */
  #isLeading = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#state = new ReadModelState(options.pool, options.name, () => this.#restartFollowing());
    const { name, registry } = options;
    this.#figures = registry === undefined ? undefined : new FollowerFigures(registry, name);
  }

  start(): void {
    this.#running = Promise.all([this.#followUntilStopped(), this.#state.watch(this.#stop.signal)]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** A readiness check: rejects with the required command while the read model is outdated. */
  readonly ready = async (): Promise<void> => {
    await this.#state.refreshWhenStale();
    const { obstacle } = this.#state;
    if (obstacle !== undefined) throw new Error(obstacle);
  };

  /** For reads without a position: throws CONSISTENCY_TIMEOUT while the read model is outdated. */
  async requireCurrent(): Promise<void> {
    await this.#state.refreshWhenStale();
    this.#state.throwWhenOutdated();
  }

  /** Whether this instance follows the feed and has stored the book, but not yet up to `position`. */
  isBehind(book: Book, position: number): boolean {
    const reached = this.#reached.get(bookKey(book));
    return this.#isLeading && reached !== undefined && reached < position;
  }

  /**
   * Resolves when this read model holds the book up to `position`. Throws CONSISTENCY_TIMEOUT after
   * `timeoutMs`, and at once while the history of the books differs from the read model's.
   */
  async waitFor(book: Book, position: number, timeoutMs: number = LONGEST_WAIT_MS): Promise<void> {
    return this.waitForAll([[book, position]], timeoutMs);
  }

  /** Resolves when this read model holds each book up to its position. Throws as `waitFor`. */
  async waitForAll(
    wanted: readonly WantedPosition[],
    timeoutMs: number = LONGEST_WAIT_MS,
  ): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      await this.requireCurrent();
      const left = Math.ceil(deadline - performance.now());
      const late = await this.#lateAmong(wanted, left <= 0);
      const [first] = late;
      if (first === undefined) return;
      if (left <= 0) throw this.#consistencyTimeout(first);
      await this.#nextMove(Math.min(left, POLL_MS));
    }
  }

  /** The wanted positions that are not reached. All books are looked up by one query: a client chooses how many. */
  async #lateAmong(
    wanted: readonly WantedPosition[],
    looksAll: boolean,
  ): Promise<readonly WantedPosition[]> {
    const late = wanted.filter(([book, position]) => this.#reachedIn(book) < position);
    // The instance that stores a book is woken by the next batch; no other replica moves it meanwhile.
    const unknown = late.filter(([book, position]) => looksAll || !this.isBehind(book, position));
    if (unknown.length === 0) return late;
    const { generation } = this.#state;
    const books = unknown.map(([book]) => book);
    const stored = await readBookPositions(this.#options.pool, this.#options.name, books);
    this.#cachePositions(stored, generation);
    return late.filter(([book, position]) => (stored.get(bookKey(book)) ?? 0) < position);
  }

  #reachedIn(book: Book): number {
    return this.#reached.get(bookKey(book)) ?? 0;
  }

  #consistencyTimeout([book, position]: WantedPosition): AppError {
    const reached = `${this.#options.name} has ${this.#reachedIn(book)} of ${position}`;
    return new AppError(
      "CONSISTENCY_TIMEOUT",
      "The figures are behind the books. Try again in a moment.",
      { detail: `${reached} in book ${bookKey(book)}` },
    );
  }

  /** Clears the reached positions and follows again, because the read model was emptied. */
  #restartFollowing(): void {
    this.#reached.clear();
    this.#isRefusalLogged = false;
    this.#restart.abort(new Error("the read model was emptied"));
  }

  /** Caches the positions unless the read model was emptied after they were stored. */
  #cachePositions(positions: ReadonlyMap<string, number>, generation: number): void {
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

  async #followUntilStopped(): Promise<void> {
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
        // The next attempt goes to the next replica of the service.
        this.#interruptions += 1;
        const waitMs = await this.#onInterruption(error, failures);
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Logs the failure and returns the wait before the next attempt, in milliseconds. */
  async #onInterruption(error: unknown, failures: number): Promise<number> {
    const { logger, name: follower, pool } = this.#options;
    if (!isOfAnotherLog(error)) {
      const waitMs = Math.min(100 * 2 ** failures, LONGEST_BACKOFF_MS);
      if (failures <= LOGGED_AT_FIRST || failures % LOGGED_AFTERWARDS === 0) {
        const line = "feed interrupted: retrying";
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
   * Holds the follower's advisory lock while it follows. The connection of the lock also stores the
   * batches, so a follower that lost the lock cannot store.
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
      this.#isLeading = false;
      session.off("error", onError);
      // Closing the connection releases the lock in any state.
      session.release(true);
    }
  }

  async #follow(
    session: DatabaseClient,
    signal: AbortSignal,
    onProgress: () => void,
  ): Promise<void> {
    const { name, credentials, effect } = this.#options;
    await this.#state.refreshWhenStale();
    const { generation } = this.#state;
    const store = await BatchStore.open(session, name, effect);
    this.#isLeading = true;
    while (!signal.aborted) {
      const grant = await credentials?.grant();
      const lease = new SubscriptionLease(grant, signal);
      store.beginSubscription();
      try {
        for await (const batch of this.#batches(store.cursor, grant?.token, lease.signal)) {
          signal.throwIfAborted();
          this.#publish(await this.#store(store, batch), generation);
          this.#figures?.stored(batch);
          if (this.#state.refused) await this.#onAccepted(session);
          onProgress();
        }
        if (!lease.signal.aborted) throw new Error("the feed was closed");
      } catch (error) {
        if (isRefusal(error)) credentials?.evict();
        throw error;
      } finally {
        lease.end();
      }
    }
  }

  /** Stores a batch in the trace of the first commit in it, with links to the others. */
  #store(store: BatchStore, batch: FeedBatch): Promise<readonly BookPosition[]> {
    const [parent, ...links] = batch.traces ?? [];
    if (parent === undefined) return store.store(batch);
    const attributes = { "feed.events": batch.events.length };
    return inSpan(`follow ${this.#options.name}`, { parent, links, attributes }, () =>
      store.store(batch),
    );
  }

  #batches(after: string | null, token: string | undefined, signal: AbortSignal) {
    const urls = this.#options.sourceUrl.split(",");
    const sourceUrl = urls[this.#interruptions % urls.length] ?? "";
    return subscribeFeed({ sourceUrl, after, token, signal });
  }

  /** Stores that the log has the cursor again, after its first batch. */
  async #onAccepted(session: DatabaseClient): Promise<void> {
    const { logger, name: follower } = this.#options;
    await this.#state.accept(session);
    this.#isRefusalLogged = false;
    logger.info({ follower }, "the log has the cursor again");
  }

  #publish(positions: readonly BookPosition[], generation: number): void {
    const reached = new Map(positions.map((moved) => [bookKey(moved), moved.position]));
    this.#cachePositions(reached, generation);
    this.#moved.emit("moved");
  }
}

/** True when the token was refused, so the next attempt needs a new one. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && (error.code === "UNAUTHENTICATED" || error.code === "FORBIDDEN");

const isOfAnotherLog = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === "CURSOR_OF_ANOTHER_LOG";

export const createFollower = (options: FollowerOptions): Follower => new Follower(options);
