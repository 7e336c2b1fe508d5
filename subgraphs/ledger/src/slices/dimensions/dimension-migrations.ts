import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";

export class CreateDimensions extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE dimension (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      dimension text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      position bigint NOT NULL,
      is_active boolean NOT NULL,
      required_types text NOT NULL,
      required_codes text NOT NULL,
      value_count integer NOT NULL,
      CONSTRAINT dimension_pkey PRIMARY KEY (tenant_id, book_id, dimension)
    )`);
    this.addSql(`CREATE TABLE dimension_value (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      key text COLLATE "C" NOT NULL,
      dimension text COLLATE "C" NOT NULL,
      value text COLLATE "C" NOT NULL,
      name text NOT NULL,
      is_active boolean NOT NULL,
      CONSTRAINT dimension_value_pkey PRIMARY KEY (tenant_id, book_id, key)
    )`);
    this.addSql(`CREATE TABLE entry_dimension (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      leg smallint NOT NULL,
      account_id uuid NOT NULL,
      effective_date date NOT NULL,
      currency text NOT NULL,
      amount numeric(39, 0) NOT NULL,
      dimensions json NOT NULL,
      CONSTRAINT entry_dimension_pkey PRIMARY KEY (tenant_id, book_id, position, leg)
    )`);
    this.addSql(`COMMENT ON TABLE entry_dimension IS
      'Entries with values of dimensions, and these; debit positive, in minor units'`);
    this.addSql(`CREATE INDEX entry_dimension_of_account
      ON entry_dimension (tenant_id, account_id, effective_date)`);
    this.addSql(...enforceTenancy("dimension", "dimension_value", "entry_dimension"));
    this.addSql(`CREATE POLICY granted_funds ON entry_dimension AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(
      `REVOKE ALL ON dimension, dimension_value, entry_dimension FROM PUBLIC, CURRENT_USER`,
    );
    this.addSql(`GRANT SELECT, INSERT, UPDATE (version, position, is_active, required_types,
      required_codes, value_count) ON dimension TO CURRENT_USER`);
    this.addSql(
      `GRANT SELECT, INSERT, UPDATE (name, is_active) ON dimension_value TO CURRENT_USER`,
    );
    this.addSql(`GRANT SELECT, INSERT ON entry_dimension TO CURRENT_USER`);
  }
}
