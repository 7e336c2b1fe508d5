import { Migration } from "@allfunds/platform/database";

/** Users, their factors and grants. */
export class CreateUsers extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE tenant (
      tenant_id uuid PRIMARY KEY,
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    // An address belongs to one tenant only: the sign-in page has no field for the tenant.
    this.addSql(`CREATE TABLE app_user (
      tenant_id uuid NOT NULL REFERENCES tenant,
      user_id uuid NOT NULL,
      email text NOT NULL,
      name text NOT NULL,
      roles text[] NOT NULL,
      all_funds boolean NOT NULL,
      status text NOT NULL CHECK (status IN ('INVITED', 'ACTIVE', 'DISABLED')),
      password_hash text,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT app_user_pkey PRIMARY KEY (tenant_id, user_id),
      CONSTRAINT app_user_id UNIQUE (user_id),
      CONSTRAINT app_user_email UNIQUE (email)
    )`);
    this.addSql(`CREATE TABLE fund_grant (
      tenant_id uuid NOT NULL,
      user_id uuid NOT NULL,
      fund_id uuid NOT NULL,
      granted_by text NOT NULL,
      granted_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT fund_grant_pkey PRIMARY KEY (tenant_id, user_id, fund_id),
      FOREIGN KEY (tenant_id, user_id) REFERENCES app_user
    )`);
    this.addSql(`CREATE TABLE totp_factor (
      user_id uuid PRIMARY KEY REFERENCES app_user (user_id),
      sealed bytea NOT NULL,
      last_step bigint NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    this.addSql(`CREATE TABLE passkey (
      credential_id text PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES app_user (user_id),
      public_key bytea NOT NULL,
      counter bigint NOT NULL,
      transports text[] NOT NULL,
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz
    )`);
    this.addSql(`CREATE INDEX passkey_by_user ON passkey (user_id)`);
    this.addSql(`CREATE TABLE recovery_code (
      user_id uuid NOT NULL REFERENCES app_user (user_id),
      code_hash bytea NOT NULL,
      used_at timestamptz,
      CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, code_hash)
    )`);
    this.addSql(`CREATE TABLE mail_link (
      token_hash bytea PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES app_user (user_id),
      purpose text NOT NULL CHECK (purpose IN ('INVITATION', 'PASSWORD_RESET')),
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    )`);
    this.addSql(`CREATE INDEX mail_link_by_user ON mail_link (user_id)`);
  }
}

/** A tenant's API clients and their secrets, of which only hashes are stored. */
export class CreateClients extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE api_client (
      tenant_id uuid NOT NULL REFERENCES tenant,
      client_id text NOT NULL,
      name text NOT NULL,
      scopes text[] NOT NULL,
      created_by text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      revoked_at timestamptz,
      last_used_at timestamptz,
      last_used_ip text,
      CONSTRAINT api_client_pkey PRIMARY KEY (tenant_id, client_id),
      CONSTRAINT api_client_id UNIQUE (client_id)
    )`);
    this.addSql(`CREATE TABLE api_client_secret (
      client_id text NOT NULL REFERENCES api_client (client_id),
      secret_hash bytea NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      CONSTRAINT api_client_secret_pkey PRIMARY KEY (client_id, secret_hash)
    )`);
  }
}

/** The protocol's records, its signing keys, and its limits. */
export class CreateProtocol extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE signing_key (
      kid text PRIMARY KEY,
      sealed bytea NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      signs_from timestamptz NOT NULL,
      retires_at timestamptz
    )`);
    this.addSql(`CREATE TABLE protocol_record (
      kind text NOT NULL,
      id_hash bytea NOT NULL,
      payload jsonb NOT NULL,
      grant_hash bytea,
      uid_hash bytea,
      account_id text,
      consumed_at timestamptz,
      expires_at timestamptz,
      CONSTRAINT protocol_record_pkey PRIMARY KEY (kind, id_hash)
    )`);
    this.addSql(`CREATE INDEX protocol_record_by_grant ON protocol_record (grant_hash)
      WHERE grant_hash IS NOT NULL`);
    this.addSql(`CREATE INDEX protocol_record_by_uid ON protocol_record (uid_hash)
      WHERE uid_hash IS NOT NULL`);
    this.addSql(`CREATE INDEX protocol_record_by_account ON protocol_record (account_id)
      WHERE account_id IS NOT NULL`);
    this.addSql(`CREATE INDEX protocol_record_by_expiry ON protocol_record (expires_at)`);
    this.addSql(`CREATE TABLE sign_in_state (
      id_hash bytea PRIMARY KEY,
      sealed bytea NOT NULL,
      expires_at timestamptz NOT NULL
    )`);
    // The shape rate-limiter-flexible expects; expire is in milliseconds since 1970.
    this.addSql(`CREATE UNLOGGED TABLE rate_limit (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    )`);
  }
}

/** The audit log: rows are added and never changed. */
export class CreateAudit extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE audit_event (
      sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      tenant_id uuid,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      action text NOT NULL,
      outcome text NOT NULL CHECK (outcome IN ('ALLOWED', 'REFUSED')),
      actor_kind text NOT NULL CHECK (actor_kind IN ('USER', 'CLIENT', 'SYSTEM', 'UNKNOWN')),
      actor_id text,
      client_id text,
      factors text[] NOT NULL,
      ip text,
      user_agent text,
      trace_id text,
      subject text,
      detail jsonb NOT NULL
    )`);
    this.addSql(`CREATE INDEX audit_event_by_tenant ON audit_event (tenant_id, sequence)`);
    this.addSql(`CREATE FUNCTION audit_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
      END $$`);
    this.addSql(`CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event
      FOR EACH ROW EXECUTE FUNCTION audit_event_is_final()`);
    this.addSql(`CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event
      FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_final()`);
  }
}
