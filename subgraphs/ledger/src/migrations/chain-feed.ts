import { Migration } from "@allfunds/platform/database";
import { acrossTenants } from "@allfunds/platform/tenancy";

/** What the first row stands on: which log it is, and up to where cursors had no hash. */
const START = "uuid_send(log_id) || int8send(unhashed_seq)";

/**
 * Chains the rows of the feed, so that a cursor can name the history that it stands on. Each row's hash is
 * SHA-256 over the hash before it, its range, and the chain hash of the range's last event; the first stands on
 * the id of this log. Equal hashes at a sequence number mean equal feeds up to there.
 */
export class ChainFeed extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE feed_head ADD COLUMN log_id uuid NOT NULL DEFAULT gen_random_uuid()`);
    this.addSql(`ALTER TABLE feed_head ALTER COLUMN log_id DROP DEFAULT`);
    this.addSql(`ALTER TABLE feed_head ADD COLUMN hash bytea`);
    this.addSql(`ALTER TABLE feed_head ADD COLUMN unhashed_seq bigint NOT NULL DEFAULT 0`);
    this.addSql(`UPDATE feed_head SET unhashed_seq = seq`);
    this.addSql(`COMMENT ON COLUMN feed_head.log_id IS 'Names this log; a restored copy keeps it'`);
    this.addSql(`COMMENT ON COLUMN feed_head.hash IS 'Hash of the feed row at seq'`);
    this.addSql(`COMMENT ON COLUMN feed_head.unhashed_seq IS
      'Cursors up to this sequence number may have been issued without a hash'`);
    this.addSql(`ALTER TABLE feed ADD COLUMN hash bytea`);
    this.createChain();
    this.fill();
    this.addSql(`ALTER TABLE feed ALTER COLUMN hash SET NOT NULL`);
    this.addSql(`ALTER TABLE feed_head ALTER COLUMN hash SET NOT NULL`);
    this.addSql(`REVOKE ALL ON feed_head FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, UPDATE (seq, hash) ON feed_head TO CURRENT_USER`);
  }

  private createChain(): void {
    this.addSql(`CREATE FUNCTION feed_content(tenant_id uuid, book_id uuid, from_position bigint,
        to_position bigint, last_event_hash bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
      SELECT uuid_send(tenant_id) || uuid_send(book_id)
        || int8send(from_position) || int8send(to_position) || last_event_hash $$`);
    this.addSql(`CREATE FUNCTION feed_link(before bytea, start bytea, content bytea) RETURNS bytea
      LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
        RETURN sha256(coalesce(before, start) || content);
      END $$`);
    // As an aggregate over a window it hashes each row once, however many get their places together.
    this.addSql(`CREATE AGGREGATE feed_chain(start bytea, content bytea) (
      SFUNC = feed_link, STYPE = bytea)`);
  }

  private fill(): void {
    this.addSql(
      ...acrossTenants(
        ["feed", "event"],
        `UPDATE feed SET hash = chained.hash FROM (
        SELECT f.seq, feed_chain(${START},
          feed_content(f.tenant_id, f.book_id, f.from_position, f.to_position, e.hash)
        ) OVER (ORDER BY f.seq) AS hash
        FROM feed_head h CROSS JOIN feed f
        JOIN event e ON e.tenant_id = f.tenant_id AND e.book_id = f.book_id AND e.position = f.to_position
      ) chained WHERE chained.seq = feed.seq`,
        `UPDATE feed_head SET hash = coalesce(
      (SELECT hash FROM feed ORDER BY seq DESC LIMIT 1), ${START})`,
      ),
    );
  }
}
