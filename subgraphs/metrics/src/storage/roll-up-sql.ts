import type { DatabaseClient } from "@allfunds/platform/database";
import type { InstrumentKey } from "./profile.ts";

// A point without a bar of its own is a price at an instant, which is the open, high and low of that instant.
// The volume of a bucket is only known when that of every point in it is. Open and close are of the same order, so
// that the index gives it to both; one that descended was sorted for each bucket, a quarter of all its work.
/** One bar from rows `point` of prices at instants; `time` is their order. */
export const barOf = (time: string): string => `
  (array_agg(coalesce(point.open, point.close) ORDER BY point.${time}))[1] AS open,
  max(coalesce(point.high, point.close)) AS high,
  min(coalesce(point.low, point.close)) AS low,
  (array_agg(point.close ORDER BY point.${time}))[count(*)] AS close,
  CASE WHEN count(point.volume) = count(*) THEN sum(point.volume) END AS volume`;

const ROLLED_UP = "bucket, open, high, low, close, volume, points, last_at";

// The ends of buckets are columns. Written as `bucket + interval '1 hour'`, they are no index condition under
// row-level security, because that function might leak: every bucket then read all later points.
/** Creates the table of touched hours from rows of instants; it ends with the transaction. */
export const touchHours = (time: string, source: string): string => `
  CREATE TEMPORARY TABLE touched_hour ON COMMIT DROP AS
  SELECT bucket, bucket + interval '1 hour' AS until
  FROM (SELECT DISTINCT date_trunc('hour', ${time}, 'UTC') AS bucket FROM ${source}) AS hour`;

const DELETE_HOURS = `
  DELETE FROM price_hour WHERE tenant_id = $1 AND instrument_id = $2
    AND bucket IN (SELECT bucket FROM touched_hour)`;

const INSERT_HOURS = `
  INSERT INTO price_hour (tenant_id, instrument_id, ${ROLLED_UP})
  SELECT $1, $2, touched.bucket, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.points, bar.last_at
  FROM touched_hour AS touched CROSS JOIN LATERAL (
    SELECT ${barOf("at")}, count(*) AS points, max(point.at) AS last_at FROM price_point AS point
    WHERE point.tenant_id = $1 AND point.instrument_id = $2
      AND point.at >= touched.bucket AND point.at < touched.until
  ) AS bar
  WHERE bar.points > 0`;

const TOUCHED_DAYS = `
  WITH touched AS MATERIALIZED (
    SELECT bucket, bucket + interval '1 day' AS until
    FROM (SELECT DISTINCT date_trunc('day', bucket, 'UTC') AS bucket FROM touched_hour) AS day
  )`;

const DELETE_DAYS = `
  ${TOUCHED_DAYS}
  DELETE FROM price_day WHERE tenant_id = $1 AND instrument_id = $2
    AND bucket IN (SELECT bucket FROM touched)`;

const INSERT_DAYS = `
  ${TOUCHED_DAYS}
  INSERT INTO price_day (tenant_id, instrument_id, ${ROLLED_UP})
  SELECT $1, $2, touched.bucket, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.points, bar.last_at
  FROM touched CROSS JOIN LATERAL (
    SELECT ${barOf("bucket")}, sum(point.points) AS points, max(point.last_at) AS last_at
    FROM price_hour AS point
    WHERE point.tenant_id = $1 AND point.instrument_id = $2
      AND point.bucket >= touched.bucket AND point.bucket < touched.until
  ) AS bar
  WHERE bar.points > 0`;

/**
 * Makes the hours and days of an instrument anew wherever points were added, corrected or deleted, however
 * late. The touched hours are the rows of the temporary table `touched_hour`.
 */
export async function rollUpTouched(
  client: DatabaseClient,
  { tenantId, instrumentId }: InstrumentKey,
): Promise<void> {
  const values = [tenantId, instrumentId];
  for (const statement of [DELETE_HOURS, INSERT_HOURS, DELETE_DAYS, INSERT_DAYS]) {
    await client.query(statement, values);
  }
}

const addTicks = (unit: "hour" | "day"): string => `
  ${unit} AS (
    INSERT INTO price_${unit} AS kept (tenant_id, instrument_id, ${ROLLED_UP})
    SELECT $1::uuid, instrument_id, date_trunc('${unit}', at, 'UTC'), ${barOf("at")}, count(*), max(at)
    FROM tick AS point GROUP BY 2, 3
    ON CONFLICT (tenant_id, instrument_id, bucket) DO UPDATE SET
      high = greatest(kept.high, excluded.high), low = least(kept.low, excluded.low),
      close = excluded.close, volume = kept.volume + excluded.volume,
      points = kept.points + excluded.points, last_at = excluded.last_at
  )`;

/**
 * The parts of a statement that add ticks to hours and days: rows `tick (instrument_id, at, open, high, low,
 * close, volume)` of the tenant $1, each later than every point of its instrument. Their work does not grow
 * with the points of the bucket.
 */
export const TICKS_TO_ROLL_UPS = `${addTicks("hour")}, ${addTicks("day")}`;
