import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { Migration } from "@allfunds/platform/database";
import type { DatabaseClient, NamedMigration } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import { enforceTenancy, type TenantReads } from "@allfunds/platform/tenancy";

class CreateConsent extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE model_consent (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      given boolean NOT NULL,
      decided_by text NOT NULL,
      decided_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql(`COMMENT ON TABLE model_consent IS
      'Whether texts of a tenant may go to a language model elsewhere: its newest row decides'`);
    this.addSql(...enforceTenancy("model_consent"));
    this.addSql("REVOKE ALL ON model_consent FROM PUBLIC, CURRENT_USER");
    this.addSql("GRANT SELECT, INSERT ON model_consent TO CURRENT_USER");
  }
}

/** An earlier version wrote the demo tenant's consent into every database; it stays where the demo is loaded. */
class DropUnusedDemoConsent extends Migration {
  override up(): void {
    this.addSql("GRANT DELETE ON model_consent TO CURRENT_USER");
    this.addSql(`SELECT set_config('app.tenant', '${DEMO_TENANT_ID}', true)`);
    this.addSql(`DELETE FROM model_consent WHERE tenant_id = '${DEMO_TENANT_ID}' AND decided_by = 'demo'
      AND NOT EXISTS (SELECT FROM movement WHERE tenant_id = '${DEMO_TENANT_ID}')`);
    this.addSql("SELECT set_config('app.tenant', '', true)");
    this.addSql("REVOKE DELETE ON model_consent FROM CURRENT_USER");
  }
}

/** The table of decisions. */
export const consentMigration: NamedMigration = {
  name: "analytics-0010-model-consent",
  class: CreateConsent,
};

export const demoConsentMigration: NamedMigration = {
  name: "analytics-0016-demo-consent",
  class: DropUnusedDemoConsent,
};

/** A tenant's newest decision. */
export interface Consent {
  readonly given: boolean;
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

const READ = `
  SELECT given, decided_by AS "decidedBy", decided_at AS "decidedAt" FROM model_consent
  WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1`;

/** The tenant's newest decision; null when it has made none, which is no consent. */
export async function readConsent(reads: TenantReads, tenantId: string): Promise<Consent | null> {
  const { rows } = await reads.query<Consent>(READ, [tenantId]);
  return rows[0] ?? null;
}

/** True in SQL when the tenant `$1` has consented. */
export const HAS_CONSENTED = `
  coalesce((SELECT given FROM model_consent WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1), false)`;

const DECIDE = `
  INSERT INTO model_consent (tenant_id, id, given, decided_by)
  SELECT $1::uuid, $2::uuid, $3::boolean, $4::text WHERE $3::boolean <> ${HAS_CONSENTED}`;

/** Stores a decision; one that changes nothing is not stored. True when it was. */
export async function decideConsent(
  client: DatabaseClient,
  tenantId: string,
  { given, by }: { readonly given: boolean; readonly by: string },
): Promise<boolean> {
  const { rowCount } = await client.query(DECIDE, [tenantId, newId(), given, by]);
  return rowCount === 1;
}
