import { Migration } from "@allfunds/platform/database";

/** Accounts that freeze and close, periods that close and reopen. */
export class CreatePeriods extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE account ADD COLUMN status text NOT NULL DEFAULT 'OPEN'
      CONSTRAINT account_closed_is_empty CHECK (status <> 'CLOSED' OR (balance = 0 AND held = 0))`);
    this.addSql(`ALTER TABLE fund ADD COLUMN closed_periods jsonb NOT NULL DEFAULT '[]'`);
    this.addSql(`CREATE TABLE period (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      from_date date,
      to_date date NOT NULL,
      closed_at timestamptz NOT NULL,
      reopened_at timestamptz,
      reopen_reason text,
      CONSTRAINT period_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`CREATE INDEX period_by_book ON period (tenant_id, book_id, position)`);
    this.addSql(`SELECT enforce_tenancy()`);
  }
}
