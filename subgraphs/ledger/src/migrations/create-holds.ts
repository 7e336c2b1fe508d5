import { Migration } from "@allfunds/platform/database";

const MINOR = "numeric(39, 0)";

/** Holds as they are now; what they were placed with stands in their events. */
export class CreateHolds extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE hold (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      account_id uuid NOT NULL,
      contra_account_id uuid,
      amount ${MINOR} NOT NULL CONSTRAINT hold_amount_positive CHECK (amount > 0),
      captured ${MINOR} NOT NULL,
      remaining ${MINOR} NOT NULL,
      status text NOT NULL,
      expires_at timestamptz,
      CONSTRAINT hold_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT hold_within_amount
        CHECK (captured >= 0 AND remaining >= 0 AND captured + remaining <= amount)
    ) WITH (fillfactor = 70)`);
    this.addSql(`CREATE INDEX hold_active ON hold (tenant_id, account_id) WHERE status = 'ACTIVE'`);
    this.addSql(`CREATE INDEX hold_by_account ON hold (tenant_id, account_id, position)`);
    this.addSql(`CREATE INDEX hold_by_expiry ON hold (tenant_id, expires_at)
      WHERE status = 'ACTIVE' AND expires_at IS NOT NULL`);
    this.addSql(`SELECT enforce_tenancy()`);
  }
}
