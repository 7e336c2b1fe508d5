import { Migration } from "@allfunds/platform/database";

/** Limits above which postings need another person, and the postings that wait for one. */
export class CreateProposals extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE fund ADD COLUMN approval_limits jsonb`);
    this.addSql(`CREATE TABLE approval_limit (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      currency text NOT NULL,
      of_tenant boolean NOT NULL,
      amount numeric(39, 0),
      position bigint NOT NULL,
      set_by text NOT NULL,
      set_at timestamptz NOT NULL,
      CONSTRAINT approval_limit_pkey PRIMARY KEY (tenant_id, book_id, currency)
    )`);
    this.addSql(`COMMENT ON COLUMN approval_limit.amount IS 'Minor units; null for no limit'`);
    this.addSql(`CREATE TABLE proposal (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      status text NOT NULL,
      maker text NOT NULL,
      maker_owner text,
      proposed_at timestamptz NOT NULL,
      decided_by text CONSTRAINT proposal_needs_another_person
        CHECK (status NOT IN ('APPROVED', 'REJECTED')
          OR (decided_by <> maker AND decided_by IS DISTINCT FROM maker_owner)),
      decided_at timestamptz,
      decided_position bigint,
      reason text,
      transaction_id uuid,
      CONSTRAINT proposal_pkey PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`CREATE INDEX proposal_by_age ON proposal (tenant_id, proposed_at, id)`);
    this.addSql(`CREATE INDEX proposal_by_book ON proposal (tenant_id, book_id, proposed_at, id)`);
    this.addSql(`CREATE INDEX proposal_waiting ON proposal (tenant_id, proposed_at, id)
      WHERE status = 'WAITING'`);
    this.addSql(`ALTER TABLE statement_import ADD COLUMN proposed integer NOT NULL DEFAULT 0`);
    this.addSql(`SELECT enforce_tenancy()`);
  }
}
