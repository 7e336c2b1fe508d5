import { AppError } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { StorageProfile } from "../storage/profile.ts";
import { BAR_COLUMNS } from "../storage/price-tables.ts";
import { refuseExpired } from "../storage/retention.ts";
import { createStaging, mergeStaged } from "./price-merge.ts";
import { notifyTicks } from "./price-ticks.ts";
import type { Tick } from "./price-ticks.ts";
import { StagedTimes } from "./staged-times.ts";

interface Waiting {
  readonly tenantId: string;
  readonly ticks: readonly Tick[];
  readonly stored: PromiseWithResolvers<void>;
}

export interface TickWriterParts {
  readonly pool: Pool;
  readonly profile: StorageProfile;
  readonly logger: Logger;
}

const MOST_TICKS = 20_000;
/** How long roll-ups that TimescaleDB refreshes may be counted over their points. */
const REFRESH_MS = 5_000;

/**
 * Records live prices: what arrives while a transaction runs is stored together in the next one, so that many
 * requests cost one round trip and one commit.
 */
export class TickWriter {
  readonly #parts: TickWriterParts;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #refreshing: NodeJS.Timeout | undefined;

  constructor(parts: TickWriterParts) {
    this.#parts = parts;
  }

  /** Resolves when the ticks are committed; throws INSTRUMENT_NOT_FOUND when one is of none of the tenant's. */
  record(tenantId: string, ticks: readonly Tick[]): Promise<void> {
    if (ticks.length === 0) return Promise.resolve();
    const stored = Promise.withResolvers<void>();
    this.#waiting.push({ tenantId, ticks, stored });
    this.#writing ??= this.#writeAll();
    return stored.promise;
  }

  /** Waits for what was recorded. */
  async stop(): Promise<void> {
    await this.#writing;
    clearTimeout(this.#refreshing);
  }

  async #writeAll(): Promise<void> {
    // What arrives in the same turn of the event loop belongs together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const [{ tenantId } = { tenantId: "" }] = batch;
      try {
        await this.#write(tenantId, batch);
      } catch (error) {
        for (const { stored } of batch) stored.reject(error);
      }
    }
    this.#writing = undefined;
  }

  /** What one transaction stores: of the tenant that waits longest. */
  #take(): Waiting[] {
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    let count = 0;
    for (const waiting of this.#waiting) {
      const fits = count === 0 || count + waiting.ticks.length <= MOST_TICKS;
      if (fits && waiting.tenantId === (batch[0] ?? waiting).tenantId) {
        batch.push(waiting);
        count += waiting.ticks.length;
      } else rest.push(waiting);
    }
    this.#waiting = rest;
    return batch;
  }

  async #write(tenantId: string, batch: readonly Waiting[]): Promise<void> {
    const { pool, profile } = this.#parts;
    const known = await withTransaction(pool, { tenantId }, (client) =>
      storeTicks(
        client,
        profile,
        tenantId,
        batch.flatMap(({ ticks }) => ticks),
      ),
    );
    for (const { ticks, stored } of batch) {
      if (ticks.every(({ instrumentId }) => known.has(instrumentId))) stored.resolve();
      else stored.reject(new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument."));
    }
    this.#refreshSoon();
  }

  #refreshSoon(): void {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = undefined;
      const { pool, profile, logger } = this.#parts;
      profile.afterCommit(pool).catch((error: unknown) => {
        // The points are stored and readers count over them; the next refresh takes them.
        logger.warn({ err: error }, "roll-ups of live prices could not be refreshed");
      });
    }, REFRESH_MS).unref();
  }
}

interface Locked {
  readonly id: string;
  readonly known: string;
  readonly last: Date | null;
}

const LOCK = `
  SELECT instrument_id AS id,
    greatest(clock_timestamp(), changed_at + interval '1 microsecond')::text AS known,
    (SELECT at FROM price_point AS point WHERE point.tenant_id = $1
       AND point.instrument_id = instrument.instrument_id ORDER BY at DESC LIMIT 1) AS last
  FROM instrument WHERE tenant_id = $1 AND instrument_id = ANY ($2::uuid[])
  ORDER BY instrument_id FOR UPDATE OF instrument`;

/**
 * Stores ticks of one tenant and notifies their subscribers; resolves with the ids of the instruments that
 * exist. Of several ticks of one instant the last one counts.
 */
async function storeTicks(
  client: DatabaseClient,
  profile: StorageProfile,
  tenantId: string,
  ticks: readonly Tick[],
): Promise<ReadonlySet<string>> {
  const unique = new Map(ticks.map((tick) => [`${tick.instrumentId} ${tick.at.getTime()}`, tick]));
  const ids = [...new Set(ticks.map(({ instrumentId }) => instrumentId))];
  const { rows } = await client.query<Locked>(LOCK, [tenantId, ids]);
  const locked = new Map(rows.map((row) => [row.id, row]));
  const known = [...unique.values()].filter(({ instrumentId }) => locked.has(instrumentId));
  const isLate = ({ instrumentId, at }: Tick): boolean => {
    const last = locked.get(instrumentId)?.last ?? null;
    return last !== null && at <= last;
  };
  const oldest = Math.min(...known.map(({ at }) => at.getTime()));
  if (known.length > 0) await refuseExpired(client, new Date(oldest));
  const late = known.filter(isLate);
  const fresh = known.filter((tick) => !isLate(tick));
  if (fresh.length > 0) await addFresh(client, profile, tenantId, fresh, locked);
  for (const id of new Set(late.map(({ instrumentId }) => instrumentId))) {
    const own = late.filter(({ instrumentId }) => instrumentId === id);
    await mergeLate(client, profile, { tenantId, instrumentId: id }, own);
  }
  for (const { text, values } of notifyTicks(tenantId, known))
    await client.query(text, [...values]);
  return new Set(locked.keys());
}

const addSql = (rollUps: string): string => `
  WITH tick AS MATERIALIZED (
    SELECT instrument_id, at, NULL::numeric AS open, NULL::numeric AS high, NULL::numeric AS low,
      close, volume, known
    FROM unnest($2::uuid[], $3::timestamptz[], $4::numeric[], $5::numeric[], $6::timestamptz[])
      AS tick (instrument_id, at, close, volume, known)
  ), point AS (
    INSERT INTO price_point (tenant_id, instrument_id, at, ${BAR_COLUMNS}, known_from)
    SELECT $1::uuid, instrument_id, at, ${BAR_COLUMNS}, known FROM tick
  ), ${rollUps}
  UPDATE instrument SET version = version + 1, changed_at = changed.known
  FROM (SELECT instrument_id, max(known) AS known FROM tick GROUP BY 1) AS changed
  WHERE instrument.tenant_id = $1 AND instrument.instrument_id = changed.instrument_id`;

async function addFresh(
  client: DatabaseClient,
  profile: StorageProfile,
  tenantId: string,
  ticks: readonly Tick[],
  locked: ReadonlyMap<string, Locked>,
): Promise<void> {
  await client.query(addSql(profile.ticksToRollUps), [
    tenantId,
    ticks.map(({ instrumentId }) => instrumentId),
    ticks.map(({ at }) => at.toISOString()),
    ticks.map(({ price }) => price),
    ticks.map(({ volume }) => volume),
    ticks.map(({ instrumentId }) => locked.get(instrumentId)?.known),
  ]);
}

const STAGE = `
  INSERT INTO staged_price (time, close, volume)
  SELECT * FROM unnest($1::timestamptz[], $2::numeric[], $3::numeric[])`;

/** Merges ticks that are not later than what is stored, as an import does. */
async function mergeLate(
  client: DatabaseClient,
  profile: StorageProfile,
  key: { readonly tenantId: string; readonly instrumentId: string },
  ticks: readonly Tick[],
): Promise<void> {
  await createStaging(client, "INSTANT");
  await client.query(STAGE, [
    ticks.map(({ at }) => at.toISOString()),
    ticks.map(({ price }) => price),
    ticks.map(({ volume }) => volume),
  ]);
  const times = StagedTimes.of(ticks.map(({ at }) => at.getTime()));
  await mergeStaged(client, key, { granularity: "INSTANT", times }, profile);
  // The next instrument of this transaction has its own.
  await client.query("DROP TABLE IF EXISTS staged_price, touched_hour");
}
