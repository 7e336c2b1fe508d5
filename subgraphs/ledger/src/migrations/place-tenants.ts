import { Migration } from "@allfunds/platform/database";

/**
 * What several ledger databases need beside each other: where tenants live, who may not be written to, and what the
 * feeds have of tenants that came from elsewhere. Empty in a system with one database. Not `tenant_id`, because these
 * tables belong to the database and no tenant sees them as its own.
 */
export class PlaceTenants extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE tenant_place (
      tenant uuid PRIMARY KEY,
      database text NOT NULL,
      moving_to text,
      moved_from text NOT NULL,
      version bigint NOT NULL UNIQUE
    )`);
    this.addSql(`COMMENT ON TABLE tenant_place IS
      'The directory, in the first database: tenants that are not listed live in the first database'`);
    this.addFence();
    this.addFeed();
  }

  private addFence(): void {
    this.addSql(`CREATE TABLE tenant_fence (
      tenant uuid PRIMARY KEY,
      closed_until timestamptz NOT NULL
    )`);
    this.addSql(`COMMENT ON TABLE tenant_fence IS
      'Tenants of which this database takes no writes: they are arriving, leaving or gone'`);
    // The shared lock lets a move wait for every transaction that looked before the fence was closed.
    this.addSql(`CREATE FUNCTION require_tenant_here() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE writing uuid := nullif(current_setting('app.tenant', true), '')::uuid;
      BEGIN
        IF writing IS NULL THEN RETURN NULL; END IF;
        PERFORM pg_advisory_xact_lock_shared(20214, hashtext(writing::text));
        IF EXISTS (
          SELECT FROM tenant_fence WHERE tenant = writing AND closed_until > clock_timestamp()
        ) THEN
          RAISE EXCEPTION 'the books of tenant % are not written in this database', writing
            USING ERRCODE = 'object_not_in_prerequisite_state', CONSTRAINT = 'tenant_is_here';
        END IF;
        RETURN NULL;
      END $$`);
    this.addSql(`CREATE TABLE moved_row (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant uuid NOT NULL,
      relation text NOT NULL,
      key jsonb NOT NULL
    )`);
    this.addSql(`COMMENT ON TABLE moved_row IS
      'Keys of rows that were written while their tenant is being copied to another database'`);
  }

  private addFeed(): void {
    this.addSql(`CREATE TABLE feed_copy (seq bigint PRIMARY KEY)`);
    this.addSql(`COMMENT ON TABLE feed_copy IS
      'Ranges of tenants that arrived: who follows every tenant reads them in the feed they come from'`);
    this.addSql(`CREATE TABLE feed_alias (
      tenant uuid NOT NULL,
      log_id uuid NOT NULL,
      source_seq bigint NOT NULL,
      source_hash bytea NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (tenant, log_id, source_seq)
    )`);
    this.addSql(`COMMENT ON TABLE feed_alias IS
      'Where the places of a tenant in the feed of another database are in this one'`);
    this.addSql(`CREATE TABLE feed_arrival (
      seq bigint NOT NULL,
      tenant uuid NOT NULL,
      book uuid NOT NULL,
      source text NOT NULL,
      source_seq bigint NOT NULL,
      source_taken bigint NOT NULL,
      PRIMARY KEY (seq, tenant, book)
    )`);
    this.addSql(`COMMENT ON TABLE feed_arrival IS
      'Behind seq, a book goes on here for who follows every tenant and is past source_seq in the source'`);
  }
}
