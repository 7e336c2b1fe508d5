import { Migration } from "@allfunds/platform/database";
import { narrowToTenant } from "@allfunds/platform/tenancy";

/** Whether assistants may act in a tenant, and who decided it; without a row they may not. */
export class CreateAssistantAccess extends Migration {
  override up(): void {
    // The tenant may be of another issuer, whose tenants are not stored here.
    this.addSql(`CREATE TABLE assistant_access (
      tenant_id uuid NOT NULL,
      allowed boolean NOT NULL,
      changed_by text NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT assistant_access_pkey PRIMARY KEY (tenant_id)
    )`);
    this.addSql(...narrowToTenant("assistant_access"));
  }
}
