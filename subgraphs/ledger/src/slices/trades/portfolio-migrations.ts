import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";

const TABLES = ["portfolio_fact", "portfolio_status", "lot_change"];

export class CreatePortfolio extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE portfolio_fact (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      fact_id uuid NOT NULL,
      kind text NOT NULL,
      isin text NOT NULL,
      into_isin text,
      date date NOT NULL,
      due_on date,
      reference text,
      CONSTRAINT portfolio_fact_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE UNIQUE INDEX portfolio_fact_id ON portfolio_fact (tenant_id, fact_id)`);
    this.addSql(
      `CREATE INDEX portfolio_fact_by_isin ON portfolio_fact (tenant_id, book_id, isin, position)`,
    );
    this.addSql(`CREATE INDEX portfolio_fact_by_into ON portfolio_fact (tenant_id, book_id, into_isin)
      WHERE into_isin IS NOT NULL`);
    this.addSql(`CREATE UNIQUE INDEX portfolio_fact_reference
      ON portfolio_fact (tenant_id, book_id, reference) WHERE reference IS NOT NULL`);
    this.addSql(`CREATE TABLE portfolio_status (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      fact_id uuid NOT NULL,
      status text NOT NULL,
      on_date date,
      CONSTRAINT portfolio_status_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(
      `CREATE INDEX portfolio_status_by_fact ON portfolio_status (tenant_id, book_id, fact_id, position)`,
    );
    this.addSql(`CREATE TABLE lot_change (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      line integer NOT NULL,
      fact_id uuid NOT NULL,
      effective_date date NOT NULL,
      isin text NOT NULL,
      lot_id uuid NOT NULL,
      side text NOT NULL,
      opened_on date NOT NULL,
      currency text NOT NULL,
      quantity numeric NOT NULL,
      cost numeric NOT NULL,
      base_cost text NOT NULL,
      CONSTRAINT lot_change_pkey PRIMARY KEY (tenant_id, book_id, position, line)
    )`);
    this.addSql(`COMMENT ON COLUMN lot_change.quantity IS 'Units x 10^-18, signed'`);
    this.addSql(`COMMENT ON COLUMN lot_change.cost IS 'Minor units of the currency, signed'`);
    this.addSql(`COMMENT ON COLUMN lot_change.base_cost IS 'In the base currency, signed'`);
    this.addSql(`CREATE INDEX lot_change_by_isin
      ON lot_change (tenant_id, book_id, isin, effective_date)`);
    this.addSql(...enforceTenancy(...TABLES));
    for (const table of TABLES) {
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${grantRule("book_id")})`);
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
      this.addSql(`GRANT SELECT, INSERT ON ${table} TO CURRENT_USER`);
    }
  }
}

/** References are unique among trades that are not cancelled; the fund's only writer decides it. */
export class FreeReferences extends Migration {
  override up(): void {
    this.addSql(`DROP INDEX portfolio_fact_reference`);
    this.addSql(`CREATE INDEX portfolio_fact_by_reference
      ON portfolio_fact (tenant_id, book_id, reference) WHERE reference IS NOT NULL`);
  }
}
