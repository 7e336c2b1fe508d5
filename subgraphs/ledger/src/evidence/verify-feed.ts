import type { Pool } from "@allfunds/platform/database";
import { atOneInstant } from "./snapshot.ts";

// Every row of a tenant is linked to the row before it, whichever tenant's that is, and to the log of its book. The
// sequencer's way across tenants shows ranges and no event; events are those of the tenant alone.
const FIRST_BROKEN_LINK = `
  SELECT f.seq, 'its hash does not follow from the row before it and the log' AS what
  FROM feed f CROSS JOIN feed_head h
  LEFT JOIN feed p ON p.seq = f.seq - 1
  LEFT JOIN event e ON e.tenant_id = f.tenant_id AND e.book_id = f.book_id AND e.position = f.to_position
  WHERE f.tenant_id = $1 AND f.hash IS DISTINCT FROM feed_link(
    CASE WHEN f.seq > 1 THEN p.hash END,
    CASE WHEN f.seq = 1 THEN uuid_send(h.log_id) || int8send(h.unhashed_seq) END,
    feed_content(f.tenant_id, f.book_id, f.from_position, f.to_position, e.hash))
  ORDER BY f.seq LIMIT 1`;

const FIRST_GAP_IN_BOOK = `
  SELECT seq, 'it does not begin where the range before it in its book ends' AS what
  FROM (
    SELECT seq, from_position,
           lag(to_position, 1, 0::bigint) OVER (PARTITION BY book_id ORDER BY seq) AS before
    FROM feed WHERE tenant_id = $1
  ) ranges WHERE from_position <> before + 1 ORDER BY seq LIMIT 1`;

const FIRST_WRONG_END = `
  SELECT coalesce(f.seq, 0) AS seq, 'feed_book does not have where the ranges of its book end' AS what
  FROM (SELECT book_id, max(to_position) AS position, max(seq) AS seq
        FROM feed WHERE tenant_id = $1 GROUP BY book_id) f
  FULL JOIN (SELECT * FROM feed_book WHERE tenant_id = $1) b USING (book_id)
  WHERE f.position IS DISTINCT FROM b.position LIMIT 1`;

const WRONG_HEAD = `
  SELECT coalesce(h.seq, 0) AS seq, 'feed_head does not have where the feed ends' AS what
  FROM (SELECT) one LEFT JOIN feed_head h ON true
  LEFT JOIN (SELECT seq, hash FROM feed ORDER BY seq DESC LIMIT 1) last ON true
  WHERE $1::uuid IS NOT NULL AND (
    h.seq IS DISTINCT FROM coalesce(last.seq, 0)
    OR NOT h.single OR h.seq <> (SELECT count(*) FROM feed)
    OR h.hash IS DISTINCT FROM coalesce(last.hash, uuid_send(h.log_id) || int8send(h.unhashed_seq)))`;

const CHECKS = [FIRST_BROKEN_LINK, FIRST_GAP_IN_BOOK, FIRST_WRONG_END, WRONG_HEAD];

/** What is wrong with the feed of a tenant, in a sentence; undefined when every place follows from the logs. */
export function verifyFeed(pool: Pool, tenantId: string): Promise<string | undefined> {
  return atOneInstant(pool, tenantId, async (statements) => {
    await statements.query("SET LOCAL app.sequencer = 'on'", []);
    for (const sql of CHECKS) {
      const { rows } = await statements.query<{ seq: string; what: string }>(sql, [tenantId]);
      const [bad] = rows;
      if (bad !== undefined) return `the feed at ${bad.seq}: ${bad.what}`;
    }
    return undefined;
  });
}
