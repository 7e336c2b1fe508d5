import { Migration } from "@allfunds/platform/database";

/** The order of value dates moves out of what every posting waits for, into a read model that follows. */
export class AddStatementDays extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE entry_day (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      generation integer NOT NULL,
      account_id uuid NOT NULL,
      effective_date date NOT NULL,
      position bigint NOT NULL,
      leg smallint NOT NULL,
      CONSTRAINT entry_day_pkey
        PRIMARY KEY (tenant_id, book_id, generation, account_id, effective_date, position, leg)
    )`);
    this.addSql(`DROP INDEX entry_by_account_date`);
    this.addSql(`SELECT enforce_tenancy()`);
    this.addSql(`SELECT enforce_grants()`);
  }
}
