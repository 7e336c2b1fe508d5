import { setTimeout as pause } from "node:timers/promises";
import type { Pool } from "@allfunds/platform/database";
import { FIRST_DATABASE } from "@allfunds/platform/database-addresses";
import type { Logger } from "@allfunds/platform/logging";
import { WakeSignal } from "../feed/wake-signal.ts";

/** Where a tenant lives. */
interface TenantPlace {
  readonly database: string;
  readonly isMoving: boolean;
  /** Higher after each change in the directory. */
  readonly version: number;
}

const UNLISTED: TenantPlace = { database: FIRST_DATABASE, isMoving: false, version: 0 };

const READ_CHANGES = `
  SELECT tenant, database, moving_to, version FROM tenant_place WHERE version > $1 ORDER BY version`;

const READ_ONE = `
  SELECT tenant, database, moving_to, version FROM tenant_place WHERE tenant = $1`;

interface PlaceRow {
  readonly tenant: string;
  readonly database: string;
  readonly moving_to: string | null;
  readonly version: string;
}

const POLL_MS = 500;
/** How long what was read holds. A move waits longer before it opens the new place, so that no request uses the old one. */
export const PLACES_HOLD_MS = 2_000;

/**
 * Which database each tenant lives in, from the first database. Places are kept in memory while they are read again
 * and again; of a tenant that is being moved, and when the last reading is too old, the place is read each time.
 */
export class TenantDirectory {
  /** Wakes who waits for a change. */
  readonly changed = new WakeSignal();
  readonly #pool: Pool;
  readonly #logger: Logger;
  readonly #places = new Map<string, TenantPlace>();
  readonly #scheduled = new Map<string, Promise<TenantPlace>>();
  /** Settle when the reading of a tenant's place that is under way ends. */
  readonly #running = new Map<string, Promise<undefined>>();
  readonly #stop = new AbortController();
  #readAtMs = -Infinity;
  #newest = 0;
  #loop: Promise<void> | undefined;

  constructor(pool: Pool, logger: Logger) {
    this.#pool = pool;
    this.#logger = logger;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.changed.wake();
    await this.#loop;
  }

  /** The place of a tenant, no older than `PLACES_HOLD_MS`. */
  async placeOf(tenantId: string): Promise<TenantPlace> {
    const known = this.#places.get(tenantId);
    const isFresh = performance.now() - this.#readAtMs < PLACES_HOLD_MS;
    if (isFresh && known?.isMoving !== true) return known ?? UNLISTED;
    return this.#readTogether(tenantId);
  }

  /** Who comes while a tenant's place is being read shares the reading after that: it begins later than all of them. */
  #readTogether(tenantId: string): Promise<TenantPlace> {
    const scheduled = this.#scheduled.get(tenantId);
    if (scheduled !== undefined) return scheduled;
    const next = (this.#running.get(tenantId) ?? Promise.resolve(undefined)).then(() => {
      this.#scheduled.delete(tenantId);
      const reading = this.#read(tenantId);
      const ended = reading.then(
        () => undefined,
        () => undefined,
      );
      this.#running.set(tenantId, ended);
      void ended.then(() => {
        if (this.#running.get(tenantId) === ended) this.#running.delete(tenantId);
      });
      return reading;
    });
    this.#scheduled.set(tenantId, next);
    return next;
  }

  async #read(tenantId: string): Promise<TenantPlace> {
    const { rows } = await this.#pool.query<PlaceRow>(READ_ONE, [tenantId]);
    const [row] = rows;
    return row === undefined ? UNLISTED : this.#take(row);
  }

  /** Reads what has changed. */
  async refresh(): Promise<void> {
    const startedMs = performance.now();
    const { rows } = await this.#pool.query<PlaceRow>(READ_CHANGES, [this.#newest]);
    for (const row of rows) {
      this.#take(row);
      this.#newest = Number(row.version);
    }
    this.#readAtMs = startedMs;
  }

  #take({ tenant, database, moving_to: movingTo, version }: PlaceRow): TenantPlace {
    const place = { database, isMoving: movingTo !== null, version: Number(version) };
    const known = this.#places.get(tenant);
    if (known !== undefined && known.version >= place.version) return known;
    this.#places.set(tenant, place);
    this.changed.wake();
    return place;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.refresh().catch((error: unknown) =>
        this.#logger.warn({ err: error }, "the directory of tenants could not be read"),
      );
      await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
