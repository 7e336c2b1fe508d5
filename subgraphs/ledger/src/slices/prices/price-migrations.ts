import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";

export class CreatePrices extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE security_price (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      line integer NOT NULL,
      fund_id uuid,
      batch_id uuid NOT NULL,
      isin text NOT NULL,
      date date NOT NULL,
      price text NOT NULL,
      currency text NOT NULL,
      kind text NOT NULL,
      source text NOT NULL,
      CONSTRAINT security_price_pkey PRIMARY KEY (tenant_id, book_id, position, line)
    )`);
    this.addSql(
      `COMMENT ON COLUMN security_price.fund_id IS 'The one fund it is for; null for all of the tenant'`,
    );
    this.addSql(
      `CREATE INDEX security_price_newest ON security_price (tenant_id, isin, date DESC)`,
    );
    this.addSql(...enforceTenancy("security_price"));
    this.addSql(`CREATE POLICY granted_funds ON security_price AS RESTRICTIVE FOR SELECT USING (
      fund_id IS NULL OR ${grantRule("fund_id")})`);
    this.addSql(`REVOKE ALL ON security_price FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON security_price TO CURRENT_USER`);
  }
}
