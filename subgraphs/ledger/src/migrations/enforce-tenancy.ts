import { Migration } from "@allfunds/platform/database";
import { TENANT_RULE } from "@allfunds/platform/tenancy";

/**
 * Row-level security on every table with a tenant, forced on the owner too: without `app.tenant` there
 * are no rows. A later migration that changes rows has to lift FORCE from its tables while it does.
 */
export class EnforceTenancy extends Migration {
  override up(): void {
    this.addSql(`CREATE FUNCTION enforce_tenancy() RETURNS void LANGUAGE plpgsql AS $$
      DECLARE owned record;
      BEGIN
        FOR owned IN
          SELECT c.oid::regclass AS name FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
          WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema::regnamespace
            AND NOT c.relforcerowsecurity
        LOOP
          EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', owned.name);
          EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', owned.name);
          EXECUTE format($policy$CREATE POLICY tenant_only ON %s USING (${TENANT_RULE})$policy$, owned.name);
        END LOOP;
      END $$`);
    this.addSql(`SELECT enforce_tenancy()`);

    // One order over all tenants needs to see where every book ends, and nothing more.
    this.addSql(`CREATE POLICY sequencer_sees_ends ON book FOR SELECT
      USING ((SELECT current_setting('app.sequencer', true)) = 'on')`);
    for (const table of ["feed", "feed_book"]) {
      this.addSql(`CREATE POLICY sequencer ON ${table}
        USING ((SELECT current_setting('app.sequencer', true)) = 'on')`);
    }
  }
}
