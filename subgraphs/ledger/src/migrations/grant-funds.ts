import { Migration } from "@allfunds/platform/database";
import { grantRule } from "@allfunds/platform/tenancy";

/**
 * Beneath the tenant's rule, the grants: who reads with a list of funds in `app.funds` sees no row of
 * another. Without the setting, or with `*`, there is no such limit; it narrows what the tenant's rule shows.
 */
export class GrantFunds extends Migration {
  override up(): void {
    this.addSql(`CREATE FUNCTION enforce_grants() RETURNS void LANGUAGE plpgsql AS $$
      DECLARE owned record;
      BEGIN
        FOR owned IN
          SELECT c.oid::regclass AS name,
            (SELECT attname FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attname IN ('book_id', 'fund_id', 'id')
             ORDER BY array_position('{book_id,fund_id,id}', a.attname) LIMIT 1) AS fund
          FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
          WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema::regnamespace
            AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'granted_funds')
        LOOP
          EXECUTE format(
            $policy$CREATE POLICY granted_funds ON %s AS RESTRICTIVE FOR SELECT USING (${grantRule("%I")})$policy$,
            owned.name, owned.fund);
        END LOOP;
      END $$`);
    // An import belongs to a fund through its account.
    this.addSql(`CREATE POLICY granted_funds ON statement_import AS RESTRICTIVE FOR SELECT USING (
      (SELECT coalesce(nullif(current_setting('app.funds', true), ''), '*')) = '*'
      OR EXISTS (SELECT FROM account a
        WHERE a.tenant_id = statement_import.tenant_id AND a.id = statement_import.account_id))`);
    // A tenant's limit holds in each of its funds.
    this.addSql(`CREATE POLICY granted_funds ON approval_limit AS RESTRICTIVE FOR SELECT USING (
      of_tenant OR ${grantRule("book_id")})`);
    this.addSql(`SELECT enforce_grants()`);
  }
}
