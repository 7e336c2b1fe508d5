import type { DatabaseClient } from "@allfunds/platform/database";
import type { InstrumentKey } from "./profile.ts";

// A point without a bar of its own is a price at an instant, which is the open, high and low of that instant.
// The volume of a bucket is only known when that of every point in it is.
/** One bar from rows `point` of prices at instants; `time` is their order. */
export const barOf = (time: string): string => `
  (array_agg(coalesce(point.open, point.close) ORDER BY point.${time}))[1] AS open,
  max(coalesce(point.high, point.close)) AS high,
  min(coalesce(point.low, point.close)) AS low,
  (array_agg(point.close ORDER BY point.${time} DESC))[1] AS close,
  CASE WHEN count(point.volume) = count(*) THEN sum(point.volume) END AS volume`;

const DELETE_HOURS = `
  DELETE FROM price_hour WHERE tenant_id = $1 AND instrument_id = $2
    AND bucket IN (SELECT bucket FROM touched_hour)`;

const INSERT_HOURS = `
  INSERT INTO price_hour (tenant_id, instrument_id, bucket, open, high, low, close, volume, points)
  SELECT $1, $2, touched.bucket, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.points
  FROM touched_hour AS touched CROSS JOIN LATERAL (
    SELECT ${barOf("at")}, count(*) AS points FROM price_point AS point
    WHERE point.tenant_id = $1 AND point.instrument_id = $2
      AND point.at >= touched.bucket AND point.at < touched.bucket + interval '1 hour'
  ) AS bar
  WHERE bar.points > 0`;

const TOUCHED_DAYS = `
  SELECT DISTINCT date_trunc('day', bucket, 'UTC') AS bucket FROM touched_hour`;

const DELETE_DAYS = `
  DELETE FROM price_day WHERE tenant_id = $1 AND instrument_id = $2 AND bucket IN (${TOUCHED_DAYS})`;

const INSERT_DAYS = `
  INSERT INTO price_day (tenant_id, instrument_id, bucket, open, high, low, close, volume, points)
  SELECT $1, $2, touched.bucket, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.points
  FROM (${TOUCHED_DAYS}) AS touched CROSS JOIN LATERAL (
    SELECT ${barOf("bucket")}, sum(point.points) AS points FROM price_hour AS point
    WHERE point.tenant_id = $1 AND point.instrument_id = $2
      AND point.bucket >= touched.bucket AND point.bucket < touched.bucket + interval '1 day'
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
