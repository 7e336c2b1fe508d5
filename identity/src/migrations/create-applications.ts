import { Migration } from "@allfunds/platform/database";
import { narrowToTenant } from "@allfunds/platform/tenancy";

/** Applications of others that sign a tenant's users in, and what each user has allowed them. */
export class CreateApplications extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE application (
      tenant_id uuid NOT NULL REFERENCES tenant,
      client_id text NOT NULL,
      name text NOT NULL,
      redirect_uris text[] NOT NULL,
      sign_out_uris text[] NOT NULL,
      scopes text[] NOT NULL,
      authentication text NOT NULL CHECK (authentication IN
        ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt')),
      jwks jsonb,
      id_token_algorithm text NOT NULL CHECK (id_token_algorithm IN ('RS256', 'ES256')),
      secret_hash bytea,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      revoked_at timestamptz,
      CONSTRAINT application_pkey PRIMARY KEY (tenant_id, client_id),
      CONSTRAINT application_id UNIQUE (client_id)
    )`);
    this.addSql(`CREATE TABLE application_consent (
      tenant_id uuid NOT NULL,
      user_id uuid NOT NULL,
      client_id text NOT NULL,
      scopes text[] NOT NULL,
      granted_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT application_consent_pkey PRIMARY KEY (tenant_id, user_id, client_id),
      FOREIGN KEY (tenant_id, client_id) REFERENCES application,
      FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
    )`);
    this.addSql(...narrowToTenant("application", "application_consent"));
    this.addSql(`ALTER TABLE signing_key ADD COLUMN algorithm text NOT NULL DEFAULT 'ES256'`);
  }
}
