import { Migration } from "@allfunds/platform/database";
import { enforceTenancy } from "@allfunds/platform/tenancy";

export class CreateExchangeRates extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE exchange_rate (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      line integer NOT NULL,
      batch_id uuid NOT NULL,
      date date NOT NULL,
      base text NOT NULL,
      quote text NOT NULL,
      rate text NOT NULL,
      source text NOT NULL,
      CONSTRAINT exchange_rate_pkey PRIMARY KEY (tenant_id, book_id, position, line)
    )`);
    this.addSql(
      `COMMENT ON COLUMN exchange_rate.rate IS 'Units of quote for one of base, as quoted'`,
    );
    this.addSql(`CREATE INDEX exchange_rate_newest
      ON exchange_rate (tenant_id, base, quote, date DESC, position DESC, line DESC)`);
    this.addSql(...enforceTenancy("exchange_rate"));
    this.addSql(`REVOKE ALL ON exchange_rate FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON exchange_rate TO CURRENT_USER`);
  }
}
