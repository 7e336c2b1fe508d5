import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";

const LOOK_EVERY_MS = 1_000;
/** How long a replica relies on what it last read of the state. */
const FRESH_MS = 2_000;
/** How long a rebuild waits between announcing itself and its first change: until no replica relies on less. */
export const ANNOUNCED_MS = 2 * FRESH_MS;

const READ_STATE = `
  SELECT refused_at IS NOT NULL AS refused, rebuilding, generation
  FROM feed_cursor WHERE follower = $1`;

// Unless the cursor it is about was given up meanwhile.
const REFUSE = `
  UPDATE feed_cursor SET refused_at = coalesce(refused_at, now())
  WHERE follower = $1 AND generation = $2`;

interface State {
  /** The ledger does not know the cursor: it was restored or replaced. */
  readonly refused: boolean;
  readonly rebuilding: boolean;
  /** How often the read model was emptied. */
  readonly generation: number;
}

const UNTOUCHED: State = { refused: false, rebuilding: false, generation: 0 };

/**
 * Whether what a follower has stored may be shown. It is kept beside the cursor, because one replica follows
 * and all of them answer; each reads it once a second.
 */
export class ReadModelState {
  readonly #pool: Pool;
  readonly #follower: string;
  readonly #onEmptied: () => void;
  #state: State | undefined;
  #seenAt = -Infinity;

  constructor(pool: Pool, follower: string, onEmptied: () => void) {
    this.#pool = pool;
    this.#follower = follower;
    this.#onEmptied = onEmptied;
  }

  get refused(): boolean {
    return this.#state?.refused ?? false;
  }

  /** How often the read model was emptied, as far as this replica has seen. */
  get generation(): number {
    return this.#state?.generation ?? 0;
  }

  /** Looks again and again until aborted. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // While the database is away nothing of it is shown either.
      await this.look().catch(() => undefined);
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async look(): Promise<void> {
    const startedAt = performance.now();
    const { rows } = await this.#pool.query<State>(READ_STATE, [this.#follower]);
    const before = this.#state;
    this.#state = rows[0] ?? UNTOUCHED;
    this.#seenAt = startedAt;
    if (before !== undefined && before.generation !== this.#state.generation) this.#onEmptied();
  }

  /** Looks, unless that was done a moment ago. */
  async lookWhenStale(): Promise<void> {
    if (performance.now() - this.#seenAt > FRESH_MS) await this.look();
  }

  /** For all replicas: the ledger does not know our cursor. */
  async refuse(client: DatabaseClient | Pool, logger: Logger): Promise<void> {
    const state = { ...UNTOUCHED, ...this.#state, refused: true };
    this.#state = state;
    try {
      await client.query(REFUSE, [this.#follower, state.generation]);
    } catch (error) {
      // The next attempt to follow, which is refused as well, stores it.
      logger.warn({ err: error }, "the refusal of the ledger could not be stored");
    }
  }

  /** For all replicas: it knows it again. */
  async accept(client: DatabaseClient): Promise<void> {
    await client.query("UPDATE feed_cursor SET refused_at = NULL WHERE follower = $1", [
      this.#follower,
    ]);
    this.#state = { ...UNTOUCHED, ...this.#state, refused: false };
  }

  /** Why nothing may be shown, for who operates the service; undefined when it may. */
  get obstacle(): string | undefined {
    const command = `npm run rebuild -- ${this.#follower}`;
    if (this.#state?.rebuilding === true) {
      return `${this.#follower} is being rebuilt; if that was interrupted, run it again: ${command}`;
    }
    return this.refused
      ? `the ledger was restored or replaced and has another history than ${this.#follower}, which must read it again from the start: ${command}`
      : undefined;
  }

  /** The refusal of every read that must be up to date. */
  throwWhenOutdated(): void {
    const { obstacle } = this;
    if (obstacle === undefined) return;
    throw new AppError(
      "CONSISTENCY_TIMEOUT",
      "The figures do not follow the ledger at present; they have to be rebuilt first.",
      { detail: obstacle },
    );
  }
}
