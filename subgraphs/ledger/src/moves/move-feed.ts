import type { Client } from "pg";
import type { Ends } from "./copy-rows.ts";

const READ_RANGES = `
  SELECT seq, encode(hash, 'hex') AS hash, book_id, from_position, to_position
  FROM feed WHERE tenant_id = $1 AND seq > $2 ORDER BY seq`;

const READ_LAST = `
  SELECT coalesce(max(source_seq), 0)::text AS last FROM feed_alias WHERE tenant = $1 AND log_id = $2`;

const READ_ALIASES = `
  SELECT log_id, source_seq, encode(source_hash, 'hex') AS hash, seq FROM feed_alias WHERE tenant = $1`;

// Where the events of a book end before it arrives: in the source's own ranges, or where those came from.
const READ_DEPARTURES = `
  SELECT DISTINCT ON (book) book, source, source_seq, source_taken FROM (
    SELECT f.book_id AS book, f.seq AS at, $2::text AS source, f.seq AS source_seq,
           f.to_position - f.from_position + 1 AS source_taken
    FROM feed f WHERE f.tenant_id = $1 AND NOT EXISTS (SELECT FROM feed_copy c WHERE c.seq = f.seq)
    UNION ALL
    SELECT book, seq, source, source_seq, source_taken FROM feed_arrival WHERE tenant = $1
  ) places ORDER BY book, at DESC`;

const STAGE = `
  CREATE TEMP TABLE moved_range ON COMMIT DROP AS
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::uuid[], $4::bigint[], $5::bigint[])
    AS r (source_seq, source_hash, book_id, from_position, to_position)`;

const LOCK_HEAD = `SELECT seq FROM feed_head FOR UPDATE`;

// The same ranges in the same order, so that a place in one feed has its like in the other.
const ADD_RANGES = `
  WITH pending AS (
    SELECT m.*, e.hash AS last_event_hash, row_number() OVER (ORDER BY m.source_seq) AS nth
    FROM moved_range m
    JOIN event e ON e.tenant_id = $1 AND e.book_id = m.book_id AND e.position = m.to_position
    WHERE NOT EXISTS (SELECT FROM feed f WHERE f.tenant_id = $1 AND f.book_id = m.book_id
      AND f.from_position = m.from_position)
  ), placed AS (
    SELECT h.seq + p.nth AS seq, p.book_id, p.from_position, p.to_position,
           feed_chain(h.hash, feed_content(
             $1, p.book_id, p.from_position, p.to_position, p.last_event_hash
           )) OVER (ORDER BY p.nth) AS hash
    FROM pending p, feed_head h
  ), added AS (
    INSERT INTO feed (seq, tenant_id, book_id, from_position, to_position, hash)
    SELECT seq, $1, book_id, from_position, to_position, hash FROM placed
  ), copied AS (
    INSERT INTO feed_copy (seq) SELECT seq FROM placed
  ), moved AS (
    INSERT INTO feed_book (tenant_id, book_id, position)
    SELECT $1, book_id, max(to_position) FROM placed GROUP BY book_id
    ON CONFLICT (tenant_id, book_id) DO UPDATE SET position = EXCLUDED.position
  )
  UPDATE feed_head SET seq = last.seq, hash = last.hash
  FROM (SELECT seq, hash FROM placed ORDER BY seq DESC LIMIT 1) AS last`;

const ADD_ALIASES = `
  INSERT INTO feed_alias (tenant, log_id, source_seq, source_hash, seq)
  SELECT $1, $2, m.source_seq, decode(m.source_hash, 'hex'), f.seq
  FROM moved_range m
  JOIN feed f ON f.tenant_id = $1 AND f.book_id = m.book_id AND f.from_position = m.from_position
  ON CONFLICT (tenant, log_id, source_seq) DO UPDATE
    SET seq = EXCLUDED.seq, source_hash = EXCLUDED.source_hash`;

const ADD_EARLIER_ALIASES = `
  INSERT INTO feed_alias (tenant, log_id, source_seq, source_hash, seq)
  SELECT $1, e.log_id, e.source_seq, decode(e.hash, 'hex'), a.seq
  FROM unnest($3::uuid[], $4::bigint[], $5::text[], $6::bigint[]) AS e (log_id, source_seq, hash, seq)
  JOIN feed_alias a ON a.tenant = $1 AND a.log_id = $2 AND a.source_seq = e.seq
  WHERE e.log_id <> (SELECT log_id FROM feed_head)
  ON CONFLICT (tenant, log_id, source_seq) DO UPDATE
    SET seq = EXCLUDED.seq, source_hash = EXCLUDED.source_hash`;

const ADD_ARRIVALS = `
  INSERT INTO feed_arrival (seq, tenant, book, source, source_seq, source_taken)
  SELECT h.seq, $1, d.book, d.source, d.source_seq, d.taken
  FROM feed_head h, unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
    AS d (book, source, source_seq, taken)
  WHERE d.source <> $6
  ON CONFLICT (seq, tenant, book) DO UPDATE SET source = EXCLUDED.source,
    source_seq = EXCLUDED.source_seq, source_taken = EXCLUDED.source_taken`;

// A webhook's place is in the feed of its database, and the instance that serves it there does so no more.
const MOVE_WEBHOOKS = `
  UPDATE webhook w SET seq = coalesce(place.seq, 0), taken = coalesce(place.taken, 0),
    leased_by = NULL, leased_until = NULL
  FROM webhook o LEFT JOIN LATERAL (
    SELECT a.seq, CASE WHEN a.source_seq = o.seq THEN o.taken
                  ELSE f.to_position - f.from_position + 1 END AS taken
    FROM feed_alias a JOIN feed f ON f.seq = a.seq
    WHERE a.tenant = $1 AND a.log_id = $2 AND a.source_seq <= o.seq
    ORDER BY a.source_seq DESC LIMIT 1
  ) place ON true
  WHERE o.tenant_id = $1 AND w.tenant_id = $1 AND w.id = o.id`;

interface RangeRow {
  readonly seq: string;
  readonly hash: string;
  readonly book_id: string;
  readonly from_position: string;
  readonly to_position: string;
}

interface AliasRow {
  readonly log_id: string;
  readonly source_seq: string;
  readonly hash: string;
  readonly seq: string;
}

interface DepartureRow {
  readonly book: string;
  readonly source: string;
  readonly source_seq: string;
  readonly source_taken: string;
}

/**
 * Gives the target what it needs of the source's feed, once no more is written: the tenant's ranges in their order,
 * where each of them was, and behind which place of the source the tenant goes on. Every event must have its place.
 */
export async function moveFeed(
  { source, target, tenantId }: Ends,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const log = await logOf(source);
  const ranges = await missingRanges({ source, target, tenantId }, log);
  const { rows: aliases } = await source.query<AliasRow>(READ_ALIASES, [tenantId]);
  const { rows: departures } = await source.query<DepartureRow>(READ_DEPARTURES, [tenantId, from]);
  await target.query("BEGIN");
  try {
    await addRanges(target, tenantId, log, ranges);
    await target.query(ADD_EARLIER_ALIASES, [
      tenantId,
      log,
      aliases.map((alias) => alias.log_id),
      aliases.map((alias) => alias.source_seq),
      aliases.map(({ hash }) => hash),
      aliases.map(({ seq }) => seq),
    ]);
    await target.query(ADD_ARRIVALS, [
      tenantId,
      departures.map(({ book }) => book),
      departures.map((departure) => departure.source),
      departures.map((departure) => departure.source_seq),
      departures.map((departure) => departure.source_taken),
      to,
    ]);
    await target.query(MOVE_WEBHOOKS, [tenantId, log]);
    await target.query("COMMIT");
  } catch (error) {
    await target.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/**
 * Gives the target the ranges that the source has, while the tenant is still written to there; the target must have
 * all events that the source is seen with. `moveFeed` adds what comes after them.
 */
export async function moveRanges(ends: Ends): Promise<void> {
  const { source, target, tenantId } = ends;
  const log = await logOf(source);
  const ranges = await missingRanges(ends, log);
  await target.query("BEGIN");
  try {
    await addRanges(target, tenantId, log, ranges);
    await target.query("COMMIT");
  } catch (error) {
    await target.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

async function missingRanges({ source, target, tenantId }: Ends, log: string): Promise<RangeRow[]> {
  const { rows: known } = await target.query<{ last: string }>(READ_LAST, [tenantId, log]);
  const { rows } = await source.query<RangeRow>(READ_RANGES, [tenantId, known[0]?.last ?? "0"]);
  return rows;
}

/** Ranges and their places, in the transaction that is open. */
async function addRanges(
  target: Client,
  tenantId: string,
  log: string,
  ranges: readonly RangeRow[],
): Promise<void> {
  await target.query(LOCK_HEAD);
  await target.query(STAGE, [
    ranges.map(({ seq }) => seq),
    ranges.map(({ hash }) => hash),
    ranges.map(({ book_id: book }) => book),
    ranges.map(({ from_position: first }) => first),
    ranges.map(({ to_position: last }) => last),
  ]);
  await target.query(ADD_RANGES, [tenantId]);
  await target.query(ADD_ALIASES, [tenantId, log]);
}

async function logOf(client: Client): Promise<string> {
  const { rows } = await client.query<{ log_id: string }>("SELECT log_id FROM feed_head");
  const [row] = rows;
  if (row === undefined) throw new Error("the feed has no head");
  return row.log_id;
}
