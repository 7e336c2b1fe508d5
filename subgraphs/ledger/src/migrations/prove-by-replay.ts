import { Migration } from "@allfunds/platform/database";
import { acrossTenants } from "@allfunds/platform/tenancy";

/** What the service's statements need, table by table, and nothing else. */
const RIGHTS: Readonly<Record<string, string>> = {
  book: "SELECT, INSERT, UPDATE (position, hash, recorded_at, state_digest)",
  event: "SELECT, INSERT",
  entry: "SELECT, INSERT",
  transaction: "SELECT, INSERT",
  fund: "SELECT, INSERT",
  account: "SELECT, INSERT, UPDATE (status, balance, minimum_balance, held, version)",
  hold: "SELECT, INSERT, UPDATE (captured, remaining, status)",
  period: "SELECT, INSERT, UPDATE (reopened_at, reopen_reason)",
  approval_limit: "SELECT, INSERT, UPDATE (amount, position, set_by, set_at)",
  proposal:
    "SELECT, INSERT, UPDATE (status, decided_by, decided_at, decided_position, reason, transaction_id)",
  reversed_leg: "SELECT, INSERT, UPDATE (reversed)",
  statement_import: "SELECT, INSERT, UPDATE (position)",
  feed: "SELECT, INSERT",
  feed_book: "SELECT, INSERT, UPDATE (position)",
  projection: "SELECT, INSERT, UPDATE, DELETE",
  balance_run: "SELECT, INSERT, DELETE",
  entry_day: "SELECT, INSERT, DELETE",
  search_term: "SELECT, INSERT, DELETE",
  book_checkpoint: "SELECT, INSERT, UPDATE (position, hash, state, verified_at)",
};

/**
 * The head of a book commits to the rows that decisions read; what they read is stored once; imports belong to
 * the log; and the service's role keeps only the rights that its statements need.
 */
export class ProveByReplay extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE book ADD COLUMN state_digest bytea`);
    this.addSql(`COMMENT ON COLUMN book.state_digest IS
      'Digest of the rows that decisions on the book read; null until a version with digests writes'`);
    // Closed periods and limits have rows of their own.
    this.addSql(`ALTER TABLE fund DROP COLUMN closed_periods, DROP COLUMN approval_limits`);
    // Nothing read it: a tenant is what has a book.
    this.addSql(`DROP TABLE tenant`);
    this.addImports();
    this.addSql(`CREATE TABLE book_checkpoint (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      hash bytea NOT NULL,
      state text NOT NULL,
      verified_at timestamptz NOT NULL,
      CONSTRAINT book_checkpoint_pkey PRIMARY KEY (tenant_id, book_id)
    )`);
    this.addSql(`COMMENT ON TABLE book_checkpoint IS
      'How far books were proven; a cache, from which a verification may go on'`);
    this.addSql(`SELECT enforce_tenancy()`);
    this.addSql(`SELECT enforce_grants()`);
    for (const [table, rights] of Object.entries(RIGHTS)) {
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
      this.addSql(`GRANT ${rights} ON ${table} TO CURRENT_USER`);
    }
  }

  private addImports(): void {
    this.addSql(`ALTER TABLE statement_import ADD COLUMN book_id uuid, ADD COLUMN position bigint`);
    this.addSql(`COMMENT ON COLUMN statement_import.position IS
      'Of its event; null until an import of an earlier version has got one'`);
    this.addSql(
      ...acrossTenants(
        ["statement_import", "account"],
        `UPDATE statement_import i SET book_id = a.fund_id
      FROM account a WHERE a.tenant_id = i.tenant_id AND a.id = i.account_id`,
      ),
    );
    this.addSql(`ALTER TABLE statement_import ALTER COLUMN book_id SET NOT NULL,
      ALTER COLUMN proposed DROP DEFAULT`);
    this.addSql(
      `CREATE INDEX statement_import_by_book ON statement_import (tenant_id, book_id, position)`,
    );
  }
}
