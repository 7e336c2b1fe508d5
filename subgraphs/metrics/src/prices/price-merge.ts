import { AppError } from "@allfunds/contract/errors";
import type { DatabaseClient } from "@allfunds/platform/database";
import type { InstrumentKey, StorageProfile } from "../storage/profile.ts";
import { BAR_COLUMNS } from "../storage/price-tables.ts";
import { touchHours } from "../storage/roll-up-sql.ts";
import { refuseExpired } from "../storage/retention.ts";
import type { StagedTimes } from "./staged-times.ts";

/** Prices are of whole days, at their calendar date, or of instants. */
export type Granularity = "DAY" | "INSTANT";

interface PriceTable {
  readonly table: string;
  /** The column of the day or of the instant, and its type. */
  readonly time: string;
  readonly type: string;
}

/** Where the prices of a granularity are stored. */
const PRICE_TABLES: Readonly<Record<Granularity, PriceTable>> = {
  DAY: { table: "daily_price", time: "day", type: "date" },
  INSTANT: { table: "price_point", time: "at", type: "timestamptz(3)" },
};

/** What a merge did, in prices. */
export interface MergeCounts {
  readonly inserted: number;
  /** Prices that differed from what was stored and replaced it. */
  readonly corrected: number;
}

/**
 * Creates the table that prices are staged in before a merge: no other session sees it, and it ends with
 * the transaction.
 */
export async function createStaging(
  client: DatabaseClient,
  granularity: Granularity,
): Promise<void> {
  await client.query(`
    CREATE TEMPORARY TABLE staged_price (
      time ${PRICE_TABLES[granularity].type} NOT NULL,
      open numeric, high numeric, low numeric, close numeric NOT NULL, volume numeric, line bigint
    ) ON COMMIT DROP`);
}

const LOCK = `
  SELECT greatest(clock_timestamp(), changed_at + interval '1 microsecond')::text AS known
  FROM instrument WHERE tenant_id = $1 AND instrument_id = $2 FOR UPDATE`;

/**
 * Takes the instrument's lock, so that its changes follow each other, and returns the time from which they
 * are known: later than that of every change before.
 */
async function lockSeries(
  client: DatabaseClient,
  { tenantId, instrumentId }: InstrumentKey,
): Promise<string> {
  const { rows } = await client.query<{ known: string }>(LOCK, [tenantId, instrumentId]);
  const [row] = rows;
  if (row !== undefined) return row.known;
  throw new AppError("INSTRUMENT_NOT_FOUND", "There is no such instrument.");
}

const CHANGED = `
  UPDATE instrument SET version = version + 1, changed_at = $3
  WHERE tenant_id = $1 AND instrument_id = $2`;

/**
 * Changes the prices of an instrument under its lock: `work` receives the time from which its changes are
 * known and resolves with the number of changes. The version moves on when there is one.
 */
export async function changeSeries<Result extends { readonly changes: number }>(
  client: DatabaseClient,
  key: InstrumentKey,
  work: (known: string) => Promise<Result>,
): Promise<Result> {
  const known = await lockSeries(client, key);
  const result = await work(known);
  if (result.changes > 0) await client.query(CHANGED, [key.tenantId, key.instrumentId, known]);
  return result;
}

/** What the staging table holds. */
export interface Staged {
  readonly granularity: Granularity;
  readonly times: StagedTimes;
}

/**
 * Merges the rows of the staging table into the prices of an instrument: new ones are inserted, different
 * ones replace what is stored, which is kept as what was known before. Equal ones change nothing.
 * Each time may be staged once.
 */
export async function mergeStaged(
  client: DatabaseClient,
  key: InstrumentKey,
  { granularity, times }: Staged,
  profile: StorageProfile,
): Promise<MergeCounts> {
  if (granularity === "INSTANT") await refuseExpired(client, new Date(times.oldest));
  const { inserted, corrected } = await changeSeries(client, key, async (known) => {
    const counts = (await meetsStored(client, key, { granularity, times }))
      ? await mergeRows(client, key, granularity, known)
      : { inserted: await insertRows(client, key, granularity, known), corrected: 0 };
    const changes = counts.inserted + counts.corrected;
    if (granularity === "INSTANT" && changes > 0) {
      await client.query(TOUCH_STAGED, [times.hours()]);
      await profile.rollUp(client, key);
    }
    return { ...counts, changes };
  });
  return { inserted, corrected };
}

const TOUCH_STAGED = touchHours("to_timestamp(second)", "unnest($1::float8[]) AS second");

/** Whether any stored price lies within the staged ones: most imports only add to the end. */
async function meetsStored(
  client: DatabaseClient,
  { tenantId, instrumentId }: InstrumentKey,
  { granularity, times }: Staged,
): Promise<boolean> {
  const { table, time } = PRICE_TABLES[granularity];
  // As texts in UTC: the driver writes dates in the zone of this machine.
  const span = [times.oldest, times.newest].map((ms) => new Date(ms).toISOString());
  const values = [tenantId, instrumentId, ...span];
  const { rows } = await client.query<{ meets: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM ${table} WHERE tenant_id = $1 AND instrument_id = $2
       AND ${time} >= $3 AND ${time} <= $4) AS meets`,
    values,
  );
  return rows[0]?.meets ?? false;
}

// In the order in which they were staged, which for most files is that of their times: sorting a million rows
// takes as long as a tenth of inserting them.
async function insertRows(
  client: DatabaseClient,
  { tenantId, instrumentId }: InstrumentKey,
  granularity: Granularity,
  known: string,
): Promise<number> {
  const { table, time } = PRICE_TABLES[granularity];
  const { rowCount } = await client.query(
    `INSERT INTO ${table} (tenant_id, instrument_id, ${time}, ${BAR_COLUMNS}, known_from)
     SELECT $1::uuid, $2::uuid, time, ${BAR_COLUMNS}, $3::timestamptz FROM staged_price`,
    [tenantId, instrumentId, known],
  );
  return rowCount ?? 0;
}

// All parts of the statement see the prices as they were before it.
const mergeSql = ({ table, time }: PriceTable): string => `
  WITH changed AS (
    SELECT staged.* FROM staged_price AS staged JOIN ${table} AS stored
      ON stored.tenant_id = $1 AND stored.instrument_id = $2 AND stored.${time} = staged.time
    WHERE (stored.open, stored.high, stored.low, stored.close, stored.volume)
      IS DISTINCT FROM (staged.open, staged.high, staged.low, staged.close, staged.volume)
  ), archived AS (
    INSERT INTO ${table}_history
      (tenant_id, instrument_id, ${time}, ${BAR_COLUMNS}, known_from, known_until)
    SELECT tenant_id, instrument_id, ${time}, ${BAR_COLUMNS}, known_from, $3 FROM ${table}
    WHERE tenant_id = $1 AND instrument_id = $2 AND ${time} IN (SELECT time FROM changed)
  ), corrected AS (
    UPDATE ${table} AS stored SET open = changed.open, high = changed.high, low = changed.low,
      close = changed.close, volume = changed.volume, known_from = $3
    FROM changed
    WHERE stored.tenant_id = $1 AND stored.instrument_id = $2 AND stored.${time} = changed.time
    RETURNING 1
  ), inserted AS (
    INSERT INTO ${table} (tenant_id, instrument_id, ${time}, ${BAR_COLUMNS}, known_from)
    SELECT $1, $2, time, ${BAR_COLUMNS}, $3 FROM staged_price AS staged
    WHERE NOT EXISTS (SELECT 1 FROM ${table} AS stored WHERE stored.tenant_id = $1
      AND stored.instrument_id = $2 AND stored.${time} = staged.time)
    RETURNING 1
  )
  SELECT (SELECT count(*)::int FROM inserted) AS inserted,
         (SELECT count(*)::int FROM corrected) AS corrected`;

async function mergeRows(
  client: DatabaseClient,
  { tenantId, instrumentId }: InstrumentKey,
  granularity: Granularity,
  known: string,
): Promise<MergeCounts> {
  // Without it the planner guesses how many rows are staged.
  await client.query("ANALYZE staged_price");
  const values = [tenantId, instrumentId, known];
  const { rows } = await client.query<MergeCounts>(mergeSql(PRICE_TABLES[granularity]), values);
  return rows[0] ?? { inserted: 0, corrected: 0 };
}

const deleteSql = ({ table, time }: PriceTable): string => `
  WITH deleted AS (
    DELETE FROM ${table} WHERE tenant_id = $1 AND instrument_id = $2
      AND ${time} >= $4 AND ${time} < $5 RETURNING *
  ), archived AS (
    INSERT INTO ${table}_history
      (tenant_id, instrument_id, ${time}, ${BAR_COLUMNS}, known_from, known_until)
    SELECT tenant_id, instrument_id, ${time}, ${BAR_COLUMNS}, known_from, $3 FROM deleted
  )
  SELECT count(*)::int AS changes FROM deleted`;

/** From the first one, up to and without the second: ISO dates for days, ISO instants for instants. */
export interface TimeSpan {
  readonly from: string;
  readonly until: string;
}

/** Deletes the prices of a span and keeps them as what was known before; resolves with their number. */
export async function deletePrices(
  client: DatabaseClient,
  key: InstrumentKey,
  granularity: Granularity,
  { from, until }: TimeSpan,
  profile: StorageProfile,
): Promise<number> {
  const { changes } = await changeSeries(client, key, async (known) => {
    const values = [key.tenantId, key.instrumentId, known, from, until];
    if (granularity === "INSTANT")
      await client.query(TOUCH_SPAN, [values[0], values[1], from, until]);
    const { rows } = await client.query<{ changes: number }>(
      deleteSql(PRICE_TABLES[granularity]),
      values,
    );
    const deleted = rows[0]?.changes ?? 0;
    if (granularity === "INSTANT" && deleted > 0) await profile.rollUp(client, key);
    return { changes: deleted };
  });
  return changes;
}

const TOUCH_SPAN = touchHours(
  "at",
  "price_point WHERE tenant_id = $1 AND instrument_id = $2 AND at >= $3 AND at < $4",
);
