import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseClient, Pool } from "../database/pool.ts";
import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";

const REFRESH_EVERY_MS = 1_000;
/** How long a replica relies on the state that it last read. */
const FRESH_MS = 2_000;
/** How long a rebuild waits after its announcement, so every replica has read the state again. */
export const ANNOUNCED_MS = 2 * FRESH_MS;

const READ_STATE = `
  SELECT refused_at IS NOT NULL AS refused, rebuilding, generation
  FROM feed_cursor WHERE follower = $1`;

// The generation limits it to the refused cursor, which a rebuild may have removed meanwhile.
const REFUSE = `
  UPDATE feed_cursor SET refused_at = coalesce(refused_at, now())
  WHERE follower = $1 AND generation = $2`;

interface State {
  /** The log has no such cursor, because it was restored or replaced. */
  readonly refused: boolean;
  readonly rebuilding: boolean;
  /** How often a rebuild emptied the read model. */
  readonly generation: number;
}

const INITIAL: State = { refused: false, rebuilding: false, generation: 0 };

/**
 * Whether a follower's read model may be shown. The state is stored beside the cursor, because one replica
 * follows and all replicas serve reads; each reads it once a second.
 */
export class ReadModelState {
  readonly #pool: Pool;
  readonly #follower: string;
  readonly #onEmptied: () => void;
  #state: State | undefined;
  #readAt = -Infinity;

  constructor(pool: Pool, follower: string, onEmptied: () => void) {
    this.#pool = pool;
    this.#follower = follower;
    this.#onEmptied = onEmptied;
  }

  get refused(): boolean {
    return this.#state?.refused ?? false;
  }

  /** How often the read model was emptied, as this replica last read it. */
  get generation(): number {
    return this.#state?.generation ?? 0;
  }

  /** Reads the state every second until aborted. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // While the database is unreachable, reads fail anyway.
      await this.refresh().catch(() => undefined);
      await sleep(REFRESH_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async refresh(): Promise<void> {
    const startedAt = performance.now();
    const { rows } = await this.#pool.query<State>(READ_STATE, [this.#follower]);
    const before = this.#state;
    this.#state = rows[0] ?? INITIAL;
    this.#readAt = startedAt;
    if (before !== undefined && before.generation !== this.#state.generation) this.#onEmptied();
  }

  /** Reads the state unless it is fresh. */
  async refreshWhenStale(): Promise<void> {
    if (performance.now() - this.#readAt > FRESH_MS) await this.refresh();
  }

  /** Stores for all replicas that the cursor was refused. */
  async refuse(client: DatabaseClient | Pool, logger: Logger): Promise<void> {
    const state = { ...INITIAL, ...this.#state, refused: true };
    this.#state = state;
    try {
      await client.query(REFUSE, [this.#follower, state.generation]);
    } catch (error) {
      // The next attempt to follow is refused as well and stores it.
      logger.warn({ err: error }, "could not store that the cursor was refused");
    }
  }

  /** Stores for all replicas that the log has the cursor again. */
  async accept(client: DatabaseClient): Promise<void> {
    await client.query("UPDATE feed_cursor SET refused_at = NULL WHERE follower = $1", [
      this.#follower,
    ]);
    this.#state = { ...INITIAL, ...this.#state, refused: false };
  }

  /** Why the read model must not be shown, for operators; undefined when it may. */
  get obstacle(): string | undefined {
    const command = `npm run rebuild -- ${this.#follower}`;
    if (this.#state?.rebuilding === true) {
      return `${this.#follower} is being rebuilt; if the rebuild was interrupted, run it again: ${command}`;
    }
    return this.refused
      ? `the log was restored or replaced, so ${this.#follower} must read it again from the start: ${command}`
      : undefined;
  }

  /** Throws CONSISTENCY_TIMEOUT while the read model must not be shown. */
  throwWhenOutdated(): void {
    const { obstacle } = this;
    if (obstacle === undefined) return;
    throw new AppError(
      "CONSISTENCY_TIMEOUT",
      "The figures do not follow the books at present. An operator must rebuild them.",
      { detail: obstacle },
    );
  }
}
