import { dropTenant, TENANT_RULE } from "@allfunds/platform/tenancy";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import {
  createCurrent,
  createHistory,
  createRollUp,
  DAY,
  EXTEND_INSTRUMENTS,
  INSTANT,
  MOVE_PRICES,
} from "./price-tables.ts";
import type { InstrumentKey, StorageProfile } from "./profile.ts";
import { barOf, rollUpTouched, TICKS_TO_ROLL_UPS } from "./roll-up-sql.ts";

const hypertable = (table: string, time: string, interval: string): string =>
  `SELECT create_hypertable('${table}', '${time}', chunk_time_interval => INTERVAL '${interval}',
    migrate_data => true, create_default_indexes => false)`;

/** What both editions lay out: every series whose rows are changed for years is a hypertable. */
const HYPERTABLES: readonly string[] = [
  ...EXTEND_INSTRUMENTS,
  createCurrent("daily_price", { time: DAY }),
  hypertable("daily_price", "day", "5 years"),
  createHistory("daily_price_history", { time: DAY }),
  createHistory("price_point_history", { time: INSTANT }),
  hypertable("account_day", "bucket", "1 year"),
  hypertable("fund_day", "bucket", "1 year"),
];

/**
 * TimescaleDB with its Apache parts alone: hypertables, and roll-ups kept as plain PostgreSQL keeps them.
 */
export const apacheProfile: StorageProfile = {
  name: "timescale-apache",
  layOut: [
    ...HYPERTABLES,
    createCurrent("price_point", { time: INSTANT }),
    hypertable("price_point", "at", "3 months"),
    createRollUp("price_hour"),
    createRollUp("price_day"),
    ...MOVE_PRICES,
  ],
  rollUp: rollUpTouched,
  ticksToRollUps: TICKS_TO_ROLL_UPS,
  afterCommit: () => Promise.resolve(),
  dropPointsBefore: (client, horizon) => dropChunks(client, "price_point", horizon),
};

async function dropChunks(client: DatabaseClient, table: string, horizon: Date): Promise<void> {
  await client.query("SELECT drop_chunks($1::regclass, older_than => $2::timestamptz)", [
    table,
    horizon,
  ]);
  await client.query(`DELETE FROM ${table} WHERE at < $1`, [horizon]);
  await client.query("DELETE FROM price_point_history WHERE at < $1", [horizon]);
}

// Both over the points: of an aggregate over an aggregate, TimescaleDB 2.28 left days stale whose hours it had
// refreshed.
const aggregate = (unit: "hour" | "day"): string => `
  CREATE MATERIALIZED VIEW price_${unit}_bars
  WITH (timescaledb.continuous, timescaledb.materialized_only = true) AS
  SELECT tenant_id, instrument_id, time_bucket(INTERVAL '1 ${unit}', at) AS bucket,
    first(coalesce(open, close), at) AS open, max(coalesce(high, close)) AS high,
    min(coalesce(low, close)) AS low, last(close, at) AS close,
    CASE WHEN count(volume) = count(*) THEN sum(volume) END AS volume, count(*) AS points
  FROM price_point_rows GROUP BY 1, 2, 3 WITH NO DATA`;

const BARS = "tenant_id, instrument_id, bucket, open, high, low, close, volume, points";

// A bucket that was touched is counted over its points until the aggregate was refreshed there: a reader is
// right in the transaction that changes a point, and after it, however long the refresh takes.
/** The bars of one size, for the tenant of the transaction. */
const barsView = (unit: "hour" | "day"): string => `
  CREATE VIEW price_${unit} WITH (security_barrier) AS
  WITH touched AS (
    SELECT DISTINCT tenant_id, instrument_id, date_trunc('${unit}', bucket, 'UTC') AS bucket
    FROM roll_up_pending WHERE ${TENANT_RULE}
  )
  SELECT ${BARS} FROM price_${unit}_bars AS kept
  WHERE ${TENANT_RULE} AND NOT EXISTS (SELECT 1 FROM touched WHERE touched.tenant_id = kept.tenant_id
    AND touched.instrument_id = kept.instrument_id AND touched.bucket = kept.bucket)
  UNION ALL
  SELECT touched.tenant_id, touched.instrument_id, touched.bucket, bar.*
  FROM touched CROSS JOIN LATERAL (
    SELECT ${barOf("at")}, count(*) AS points FROM price_point_rows AS point
    WHERE point.tenant_id = touched.tenant_id AND point.instrument_id = touched.instrument_id
      AND point.at >= touched.bucket AND point.at < touched.bucket + INTERVAL '1 ${unit}'
  ) AS bar WHERE bar.points > 0`;

const TICKS_TO_PENDING = `
  pending AS (
    INSERT INTO roll_up_pending AS kept (tenant_id, instrument_id, bucket)
    SELECT DISTINCT $1::uuid, instrument_id, date_trunc('hour', at, 'UTC') FROM tick
    ON CONFLICT (tenant_id, instrument_id, bucket) DO UPDATE SET touches = kept.touches + 1
  )`;

const COMPRESS_AFTER = "60 days";

/**
 * TimescaleDB with all its parts: points are compressed when they are two months old, and rolled up by
 * continuous aggregates. TimescaleDB allows neither on a table with row-level security, so the
 * points and the aggregates stand behind views with the same rule, which nothing can read past.
 */
export const timescaleProfile: StorageProfile = {
  name: "timescale",
  layOut: [
    ...HYPERTABLES,
    createCurrent("price_point_rows", { time: INSTANT }),
    hypertable("price_point_rows", "at", "3 months"),
    `ALTER TABLE price_point_rows SET (timescaledb.compress,
      timescaledb.compress_segmentby = 'tenant_id, instrument_id', timescaledb.compress_orderby = 'at')`,
    `SELECT add_compression_policy('price_point_rows', INTERVAL '${COMPRESS_AFTER}')`,
    `CREATE VIEW price_point WITH (security_barrier) AS
      SELECT * FROM price_point_rows WHERE ${TENANT_RULE} WITH CASCADED CHECK OPTION`,
    aggregate("hour"),
    aggregate("day"),
    `CREATE TABLE roll_up_pending (
      tenant_id uuid NOT NULL,
      instrument_id uuid NOT NULL,
      bucket timestamptz NOT NULL,
      touches bigint NOT NULL DEFAULT 1,
      PRIMARY KEY (tenant_id, instrument_id, bucket)
    )`,
    `COMMENT ON TABLE roll_up_pending IS
      'Hours with changed points that the continuous aggregates do not have yet'`,
    barsView("hour"),
    barsView("day"),
    ...MOVE_PRICES,
  ],
  rollUp: markTouched,
  ticksToRollUps: TICKS_TO_PENDING,
  afterCommit: refreshTouched,
  dropPointsBefore: (client, horizon) => dropChunks(client, "price_point_rows", horizon),
};

const MARK = `
  INSERT INTO roll_up_pending AS pending (tenant_id, instrument_id, bucket)
  SELECT $1, $2, bucket FROM touched_hour
  ON CONFLICT (tenant_id, instrument_id, bucket) DO UPDATE SET touches = pending.touches + 1`;

async function markTouched(
  client: DatabaseClient,
  { tenantId, instrumentId }: InstrumentKey,
): Promise<void> {
  await client.query(MARK, [tenantId, instrumentId]);
}

// An arbitrary constant, the same in every replica.
const REFRESH_LOCK = 5_120_733;

interface Pending {
  readonly from: string;
  readonly until: string;
  readonly rows: string;
}

// The rows are named with their count of touches, so that one touched again meanwhile stays.
const READ_PENDING = `
  SELECT date_trunc('day', min(bucket), 'UTC')::text AS from,
    (date_trunc('day', max(bucket), 'UTC') + INTERVAL '1 day')::text AS until,
    json_agg(pending)::text AS rows
  FROM (SELECT * FROM roll_up_pending ORDER BY bucket LIMIT 100000) AS pending
  HAVING count(*) > 0`;

const DELETE_PENDING = `
  DELETE FROM roll_up_pending AS pending
  USING json_to_recordset($1) AS done (tenant_id uuid, instrument_id uuid, bucket timestamptz, touches bigint)
  WHERE pending.tenant_id = done.tenant_id AND pending.instrument_id = done.instrument_id
    AND pending.bucket = done.bucket AND pending.touches = done.touches`;

/**
 * Refreshes the aggregates wherever points were changed. TimescaleDB refreshes in transactions of its own,
 * so this cannot be part of the change; what a crash leaves pending, the next call refreshes.
 */
async function refreshTouched(pool: Pool): Promise<void> {
  const client = await pool.connect();
  let failure: Error | undefined;
  // A statement that is sent with a tenant forms a transaction with it, which the refresh refuses.
  dropTenant(client);
  try {
    await client.query("SELECT set_config('app.roll_up', 'on', false)");
    const { rows: locks } = await client.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_lock(${REFRESH_LOCK}) AS taken`,
    );
    // Another session refreshes; it takes what is pending then, and readers are right meanwhile.
    if (locks[0]?.taken !== true) return;
    for (;;) {
      const { rows } = await client.query<Pending>(READ_PENDING);
      const [pending] = rows;
      if (pending === undefined) return;
      for (const bars of ["price_hour_bars", "price_day_bars"]) {
        await client.query(
          `CALL refresh_continuous_aggregate('${bars}', '${pending.from}', '${pending.until}')`,
        );
      }
      await client.query(DELETE_PENDING, [pending.rows]);
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // Closing the session gives up the lock and the setting.
    client.release(failure ?? true);
  }
}
