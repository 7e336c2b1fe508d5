import { Migration } from "@allfunds/platform/database";

/** The order in which the events of all books are delivered to followers. */
export class CreateFeed extends Migration {
  override up(): void {
    // One order for all tenants: the one table that its tenant does not lead.
    this.addSql(`CREATE TABLE feed (
      seq bigint PRIMARY KEY,
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      from_position bigint NOT NULL,
      to_position bigint NOT NULL,
      CONSTRAINT feed_range_not_empty CHECK (from_position <= to_position)
    )`);
    this.addSql(`CREATE INDEX feed_by_tenant ON feed (tenant_id, seq)`);
    this.addSql(`CREATE INDEX feed_by_book ON feed (tenant_id, book_id, seq)`);

    this.addSql(`CREATE TABLE feed_head (
      single boolean PRIMARY KEY DEFAULT true CONSTRAINT feed_head_is_single CHECK (single),
      seq bigint NOT NULL
    ) WITH (fillfactor = 50)`);
    this.addSql(`INSERT INTO feed_head (seq) VALUES (0)`);

    this.addSql(`CREATE TABLE feed_book (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      PRIMARY KEY (tenant_id, book_id)
    ) WITH (fillfactor = 50)`);
  }
}
