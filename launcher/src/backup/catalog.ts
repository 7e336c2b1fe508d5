import type { Client } from "pg";
import { ledgerName } from "./databases.ts";

/** A table whose rows a backup copies. Generated columns follow from the others and are left out. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

// What migrations write themselves is written by them again. The rows of partitions and chunks come with
// their table, and those of extensions with the extension.
const READ_TABLES = `
  SELECT n.nspname AS schema, c.relname AS name,
    (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname !~ '^(pg_|information_schema$|_?timescaledb)'
    AND NOT EXISTS (SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    AND (n.nspname, c.relname) NOT IN (('public', 'mikro_orm_migrations'), ('graphile_worker', 'migrations'))
  ORDER BY pg_total_relation_size(c.oid) DESC, 1, 2`;

/** The tables of a database, the largest first. */
export async function readTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(READ_TABLES);
  return rows;
}

const READ_SEQUENCES = `
  SELECT schemaname AS schema, sequencename AS name, last_value::text AS last FROM pg_sequences
  WHERE last_value IS NOT NULL AND schemaname !~ '^(pg_|_?timescaledb)'
    AND sequencename <> 'mikro_orm_migrations_id_seq' ORDER BY 1, 2`;

export interface Sequence {
  readonly schema: string;
  readonly name: string;
  /** The newest number that was given out, as a decimal number. */
  readonly last: string;
}

/** The sequences that have given out a number. */
export async function readSequences(client: Client): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(READ_SEQUENCES);
  return rows;
}

async function exists(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS found",
    [table],
  );
  return rows[0]?.found === true;
}

/** The names of the migrations that a database has, oldest first. */
export async function readMigrations(client: Client): Promise<string[]> {
  if (!(await exists(client, "public.mikro_orm_migrations"))) return [];
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM public.mikro_orm_migrations ORDER BY id",
  );
  return rows.map(({ name }) => name);
}

/** The newest step of the job queue's own schema; null without a queue. */
export async function readQueueVersion(client: Client): Promise<number | null> {
  if (!(await exists(client, "graphile_worker.migrations"))) return null;
  const { rows } = await client.query<{ newest: number | null }>(
    "SELECT max(id)::integer AS newest FROM graphile_worker.migrations",
  );
  return rows[0]?.newest ?? null;
}

/** How far the feed is in a database. */
interface FeedPositions {
  /** Its end in a ledger, the place of a follower in the first ledger elsewhere; null without a feed. */
  readonly feedPosition: number | null;
  /** The places of a follower of several ledgers, by their names in a backup. */
  readonly feedPositions: Record<string, number>;
}

export async function readFeedPositions(client: Client): Promise<FeedPositions> {
  if (await exists(client, "public.feed_head")) {
    const { rows } = await client.query<{ seq: string }>("SELECT seq FROM public.feed_head");
    return { feedPosition: Number(rows[0]?.seq ?? 0), feedPositions: {} };
  }
  if (!(await exists(client, "public.feed_cursor")))
    return { feedPosition: null, feedPositions: {} };
  const { rows } = await client.query<{ cursor: string | null }>(
    "SELECT cursor FROM public.feed_cursor",
  );
  const furthest: Record<string, number> = {};
  for (const [name, place] of rows.flatMap(({ cursor }) => placesIn(cursor)))
    furthest[name] = Math.max(place, furthest[name] ?? 0);
  const { ledger: feedPosition = 0, ...others } = furthest;
  const isOne = Object.keys(others).length === 0;
  return { feedPosition, feedPositions: isOne ? {} : furthest };
}

/** Marks a cursor of several databases, which has four values for each: name, sequence number, and two more. */
const SEVERAL = "*";
const VALUES_EACH = 4;

/** The sequence numbers in a feed cursor, by the names of their ledgers in a backup. */
function placesIn(cursor: string | null): [ledger: string, place: number][] {
  if (cursor === null) return [];
  const values = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
  const [first, ...named] = values;
  if (first !== SEVERAL) return typeof first === "number" ? [["ledger", first]] : [];
  return named.flatMap((name, index): [string, number][] => {
    const place = named[index + 1];
    const isName = index % VALUES_EACH === 0 && typeof name === "string";
    return isName && typeof place === "number" ? [[ledgerName(name), place]] : [];
  });
}
