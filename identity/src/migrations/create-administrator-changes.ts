import { Migration } from "@allfunds/platform/database";
import { narrowToTenant } from "@allfunds/platform/tenancy";

/** Changes of administrators that wait for a second administrator, and what became of them. */
export class CreateAdministratorChanges extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE administrator_change (
      tenant_id uuid NOT NULL REFERENCES tenant,
      change_id uuid NOT NULL,
      kind text NOT NULL CHECK (kind IN ('INVITE', 'ACCESS', 'DISABLE', 'ENABLE')),
      user_id uuid REFERENCES app_user (user_id),
      email text NOT NULL,
      name text NOT NULL,
      roles text[] NOT NULL,
      all_funds boolean NOT NULL,
      fund_ids uuid[] NOT NULL,
      before jsonb,
      state text NOT NULL CHECK (state IN ('WAITING', 'APPROVED', 'REJECTED')),
      proposed_by text NOT NULL,
      proposer text NOT NULL,
      proposed_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      decided_by text,
      decided_at timestamptz,
      CONSTRAINT administrator_change_pkey PRIMARY KEY (tenant_id, change_id)
    )`);
    this.addSql(`CREATE INDEX administrator_change_waiting
      ON administrator_change (tenant_id, proposed_at) WHERE state = 'WAITING'`);
    this.addSql(...narrowToTenant("administrator_change"));
  }
}
