import type { DatabaseClient } from "@allfunds/platform/database";

interface Partitioning {
  /** Years of the first and after the last partition; what lies outside has a partition of its own. */
  readonly from: number;
  readonly to: number;
  /** Years in one partition. */
  readonly years: number;
}

// Made ahead, because a new partition locks the table until the transaction that needs it ends.
/** Statements that create the partitions of a table by years in UTC, and one for all other times. */
export function partitionsOf(table: string, { from, to, years }: Partitioning): string[] {
  const count = Math.ceil((to - from) / years);
  const starts = Array.from({ length: count }, (_, index) => from + index * years);
  return [
    ...starts.map(
      (year) => `CREATE TABLE ${table}_${year} PARTITION OF ${table}
        FOR VALUES FROM ('${startOf(year)}') TO ('${startOf(year + years)}')`,
    ),
    `CREATE TABLE ${table}_other PARTITION OF ${table} DEFAULT`,
  ];
}

const startOf = (year: number): string => `${year}-01-01T00:00:00Z`;

const FIND_OLD = `
  SELECT child.relname AS name FROM pg_inherits
  JOIN pg_class child ON child.oid = inhrelid
  WHERE inhparent = 'price_point'::regclass AND child.relname ~ '^price_point_[0-9]{4}$'
    AND right(child.relname, 4)::integer < $1::integer
  ORDER BY 1`;

/**
 * Deletes points older than the horizon. Whole partitions are emptied at once: that returns their space
 * without a vacuum.
 */
export async function dropWholePartitions(client: DatabaseClient, horizon: Date): Promise<void> {
  const { rows } = await client.query<{ name: string }>(FIND_OLD, [horizon.getUTCFullYear()]);
  for (const { name } of rows) await client.query(`TRUNCATE ${name}`);
  await client.query("DELETE FROM price_point WHERE at < $1", [horizon]);
  await client.query("DELETE FROM price_point_history WHERE at < $1", [horizon]);
}
