import { AppError, invalidInput } from "@allfunds/contract/errors";
import {
  Migration,
  withTransaction,
  type DatabaseClient,
  type TransactionPool,
} from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { enforceTenancy, grantRule, type TenantReads } from "@allfunds/platform/tenancy";
import type { FeedPlace } from "../../feed/feed-place.ts";
import {
  newSecret,
  type DisabledReason,
  type WebhookSettings,
  type WebhookState,
} from "./webhook.ts";

const GRANTED = "(SELECT coalesce(nullif(current_setting('app.funds', true), ''), '*'))";
// An array that is not there is no list: who sees some funds only sees no webhook of all funds.
const WITHIN_GRANTS = `${GRANTED} = '*'
  OR fund_ids <@ (SELECT nullif(nullif(current_setting('app.funds', true), ''), '*')::uuid[])`;

/** Where tenants have their events delivered to, by which secrets, and what came of it. */
export class CreateWebhooks extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE webhook (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      url text NOT NULL,
      description text NOT NULL,
      event_types text[],
      fund_ids uuid[],
      personal_data boolean NOT NULL,
      state text NOT NULL DEFAULT 'ACTIVE',
      disabled_reason text,
      state_since timestamptz NOT NULL DEFAULT now(),
      failing_since timestamptz,
      last_success_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by text NOT NULL,
      seq bigint NOT NULL,
      taken bigint NOT NULL,
      recorded bigint NOT NULL DEFAULT 0,
      pending integer NOT NULL DEFAULT 0,
      due_at timestamptz,
      leased_by uuid,
      leased_until timestamptz,
      CONSTRAINT webhook_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT webhook_pending_not_negative CHECK (pending >= 0)
    )`);
    this.addSql(
      `COMMENT ON COLUMN webhook.seq IS 'With taken: the place in the feed up to which deliveries are recorded'`,
    );
    this.addSql(
      `COMMENT ON COLUMN webhook.due_at IS 'When the next pending delivery may be sent; null when none waits'`,
    );
    this.addSql(`CREATE TABLE webhook_secret (
      tenant_id uuid NOT NULL,
      webhook_id uuid NOT NULL,
      version integer NOT NULL,
      secret bytea NOT NULL,
      valid_until timestamptz,
      CONSTRAINT webhook_secret_pkey PRIMARY KEY (tenant_id, webhook_id, version),
      CONSTRAINT webhook_secret_webhook FOREIGN KEY (tenant_id, webhook_id)
        REFERENCES webhook ON DELETE CASCADE
    )`);
    this.addSql(`CREATE TABLE webhook_delivery (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      webhook_id uuid NOT NULL,
      ordinal bigint NOT NULL,
      queue uuid NOT NULL,
      fund_id uuid NOT NULL,
      position bigint,
      type text NOT NULL,
      notice text,
      state text NOT NULL DEFAULT 'PENDING',
      attempts integer NOT NULL DEFAULT 0,
      first_attempt_at timestamptz,
      next_attempt_at timestamptz NOT NULL DEFAULT now(),
      created_at timestamptz NOT NULL DEFAULT now(),
      settled_at timestamptz,
      CONSTRAINT webhook_delivery_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT webhook_delivery_webhook FOREIGN KEY (tenant_id, webhook_id)
        REFERENCES webhook ON DELETE CASCADE
    )`);
    this.addSql(
      `COMMENT ON COLUMN webhook_delivery.queue IS 'Deliveries of one queue are sent one after the other: those of a fund, or one alone'`,
    );
    this.addSql(
      `COMMENT ON COLUMN webhook_delivery.notice IS 'The body of a message that is about no event of a book'`,
    );
    this.addSql(
      `CREATE INDEX webhook_delivery_newest ON webhook_delivery (tenant_id, webhook_id, ordinal)`,
    );
    this.addSql(`CREATE INDEX webhook_delivery_pending ON webhook_delivery (tenant_id, webhook_id, queue, ordinal)
      WHERE state = 'PENDING'`);
    this.addSql(`CREATE TABLE webhook_attempt (
      tenant_id uuid NOT NULL,
      delivery_id uuid NOT NULL,
      number integer NOT NULL,
      started_at timestamptz NOT NULL,
      duration_ms integer NOT NULL,
      status integer,
      fault text,
      answer text NOT NULL,
      CONSTRAINT webhook_attempt_pkey PRIMARY KEY (tenant_id, delivery_id, number),
      CONSTRAINT webhook_attempt_delivery FOREIGN KEY (tenant_id, delivery_id)
        REFERENCES webhook_delivery ON DELETE CASCADE
    )`);
    this.#restrict();
  }

  #restrict(): void {
    this.addSql(
      ...enforceTenancy("webhook", "webhook_secret", "webhook_delivery", "webhook_attempt"),
      `CREATE POLICY granted_funds ON webhook AS RESTRICTIVE FOR SELECT USING (${WITHIN_GRANTS})`,
      // The rule of the webhook, or of the delivery, applies within.
      `CREATE POLICY granted_funds ON webhook_delivery AS RESTRICTIVE FOR SELECT USING (
        (position IS NULL OR ${grantRule("fund_id")}) AND EXISTS (SELECT FROM webhook w
          WHERE w.tenant_id = webhook_delivery.tenant_id AND w.id = webhook_id))`,
      `CREATE POLICY granted_funds ON webhook_secret AS RESTRICTIVE FOR SELECT USING (
        EXISTS (SELECT FROM webhook w
          WHERE w.tenant_id = webhook_secret.tenant_id AND w.id = webhook_id))`,
      `CREATE POLICY granted_funds ON webhook_attempt AS RESTRICTIVE FOR SELECT USING (
        EXISTS (SELECT FROM webhook_delivery d
          WHERE d.tenant_id = webhook_attempt.tenant_id AND d.id = delivery_id))`,
      // Which of all tenants' webhooks have something to send; nothing of what that is.
      `CREATE POLICY sequencer_sees_due ON webhook FOR SELECT
        USING ((SELECT current_setting('app.sequencer', true)) = 'on')`,
    );
  }
}

/** A webhook as it is stored, but for its secrets. */
export interface StoredWebhook extends WebhookSettings {
  readonly id: string;
  readonly state: WebhookState;
  readonly disabledReason: DisabledReason | null;
  readonly stateSince: Date;
  readonly failingSince: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly pending: number;
}

const COLUMNS = `
  id, url, description, event_types AS "eventTypes", fund_ids AS "fundIds",
  personal_data AS "personalData", state, disabled_reason AS "disabledReason",
  state_since AS "stateSince", failing_since AS "failingSince", last_success_at AS "lastSuccessAt",
  created_at AS "createdAt", created_by AS "createdBy", pending`;

const READ_ONE = `SELECT ${COLUMNS} FROM webhook WHERE tenant_id = $1 AND id = $2`;

/** One webhook as far as the reads show it; undefined when there is none. */
export async function readWebhook(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<StoredWebhook | undefined> {
  if (!isId(id)) return undefined;
  return (await reads.query<StoredWebhook>(READ_ONE, [tenantId, id])).rows[0];
}

// Ids of clients need not be in the order of time.
const READ_PAGE = `
  SELECT ${COLUMNS} FROM webhook
  WHERE tenant_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid))
  ORDER BY created_at, id LIMIT $4`;

/** Webhooks, oldest first; one more than `first`, to show that more follow. */
export async function readWebhookPage(
  reads: TenantReads,
  tenantId: string,
  behind: { readonly createdAt: Date; readonly id: string } | undefined,
  first: number,
): Promise<StoredWebhook[]> {
  const { createdAt = null, id = null } = behind ?? {};
  const parameters = [tenantId, createdAt, id, first + 1] as const;
  return (await reads.query<StoredWebhook>(READ_PAGE, [...parameters])).rows;
}

const MOST_WEBHOOKS = 100;

const COUNT = "SELECT count(*)::int AS n FROM webhook WHERE tenant_id = $1";

const INSERT = `
  INSERT INTO webhook (tenant_id, id, url, description, event_types, fund_ids, personal_data, created_by, seq, taken)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (tenant_id, id) DO NOTHING`;

const IS_SAME = `
  SELECT (url, description, event_types, fund_ids, personal_data)
    IS NOT DISTINCT FROM ($3, $4, $5::text[], $6::uuid[], $7::boolean) AS same
  FROM webhook WHERE tenant_id = $1 AND id = $2`;

const INSERT_SECRET = `
  INSERT INTO webhook_secret (tenant_id, webhook_id, version, secret)
  SELECT $1, $2, coalesce(max(version), 0) + 1, $3 FROM webhook_secret WHERE tenant_id = $1 AND webhook_id = $2`;

/** A webhook to store: who made it, and from which place of the feed on it delivers. */
export interface NewWebhook extends WebhookSettings {
  readonly id: string;
  readonly createdBy: string;
  readonly place: FeedPlace;
}

/**
 * Stores a webhook and returns its secret; null for a repeat with the same id, which stores nothing. The id of
 * another webhook is an IDEMPOTENCY_CONFLICT. Throws RATE_LIMITED when the tenant has 100.
 */
export function insertWebhook(
  pool: TransactionPool,
  tenantId: string,
  webhook: NewWebhook,
): Promise<Buffer | null> {
  const { id, createdBy, place } = webhook;
  if (!isId(id)) throw invalidInput("id", "must be a UUID");
  const settings = [tenantId, id, ...valuesOf(webhook)];
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rows: counts } = await client.query<{ n: number }>(COUNT, [tenantId]);
    const values = [...settings, createdBy, place.seq, place.taken];
    if ((await client.query(INSERT, values)).rowCount === 0) {
      const { rows } = await client.query<{ same: boolean }>(IS_SAME, settings);
      if (rows[0]?.same === true) return null;
      throw new AppError("IDEMPOTENCY_CONFLICT", "The id is that of another webhook.");
    }
    if ((counts[0]?.n ?? 0) >= MOST_WEBHOOKS) {
      throw new AppError("RATE_LIMITED", `A tenant has at most ${MOST_WEBHOOKS} webhooks.`);
    }
    const secret = newSecret();
    await client.query(INSERT_SECRET, [tenantId, id, secret]);
    return secret;
  });
}

const UPDATE = `
  UPDATE webhook SET url = $3, description = $4, event_types = $5, fund_ids = $6, personal_data = $7
  WHERE tenant_id = $1 AND id = $2`;
const LOCK = "SELECT FROM webhook WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

interface WebhookChange {
  readonly id: string;
  readonly settings: WebhookSettings;
  /** The settings that it is refused without. */
  readonly before: WebhookSettings | undefined;
}

/**
 * Changes what a webhook delivers from now on; what is recorded already stays. Throws VERSION_CONFLICT unless it has
 * the settings `before`.
 */
export function updateWebhook(
  pool: TransactionPool,
  tenantId: string,
  { id, settings, before }: WebhookChange,
): Promise<void> {
  return withTransaction(pool, { tenantId }, async (client) => {
    await client.query(LOCK, [tenantId, id]);
    if (before !== undefined) {
      const stored = [tenantId, id, ...valuesOf(before)];
      const { rows } = await client.query<{ same: boolean }>(IS_SAME, stored);
      if (rows[0]?.same !== true) throw changedMeanwhile();
    }
    await client.query(UPDATE, [tenantId, id, ...valuesOf(settings)]);
  });
}

const valuesOf = ({ url, description, eventTypes, fundIds, personalData }: WebhookSettings) => [
  url,
  description,
  eventTypes,
  fundIds,
  personalData,
];

const changedMeanwhile = (): AppError =>
  new AppError("VERSION_CONFLICT", "The webhook has changed since it was read.");

const DELETE = "DELETE FROM webhook WHERE tenant_id = $1 AND id = $2";

/** Removes a webhook with its deliveries. Throws NOT_FOUND when there is none, or when another request removes it. */
export function deleteWebhook(pool: TransactionPool, tenantId: string, id: string): Promise<void> {
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rowCount } = await client.query(DELETE, [tenantId, id]);
    if (rowCount === 0) throw new AppError("NOT_FOUND", `There is no webhook ${id}.`);
  });
}

// What waits is tried at once, and three days of failing count anew.
const ACTIVATE = `
  UPDATE webhook SET state = 'ACTIVE', disabled_reason = NULL, state_since = now(), failing_since = NULL,
    due_at = CASE WHEN pending > 0 THEN now() END
  WHERE tenant_id = $1 AND id = $2 AND state <> 'ACTIVE'`;
const RETRY_WAITING = `
  UPDATE webhook_delivery SET attempts = 0, first_attempt_at = NULL, next_attempt_at = now()
  WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'PENDING' AND attempts > 0`;
const PAUSE = `
  UPDATE webhook SET state = 'PAUSED', disabled_reason = NULL, state_since = now()
  WHERE tenant_id = $1 AND id = $2 AND state <> 'PAUSED'`;

interface ActiveChange {
  readonly id: string;
  readonly active: boolean;
  /** Whether to refuse a change that another one has made already. */
  readonly once: boolean;
}

/** Sends again from where it stopped, or stops. */
export function setActive(
  pool: TransactionPool,
  tenantId: string,
  { id, active, once }: ActiveChange,
): Promise<void> {
  return withTransaction(pool, { tenantId }, async (client) => {
    const { rowCount } = await client.query(active ? ACTIVATE : PAUSE, [tenantId, id]);
    if (once && rowCount === 0) throw changedMeanwhile();
    if (active && rowCount === 1) await client.query(RETRY_WAITING, [tenantId, id]);
  });
}

const MOST_SECRETS = 3;

const COUNT_VALID = `
  SELECT count(*)::int AS n FROM webhook_secret
  WHERE tenant_id = $1 AND webhook_id = $2 AND (valid_until IS NULL OR valid_until > now())`;
const LIMIT_SECRETS = `
  UPDATE webhook_secret SET valid_until = least(coalesce(valid_until, 'infinity'), now() + make_interval(hours => $3))
  WHERE tenant_id = $1 AND webhook_id = $2`;
const REMOVE_EXPIRED = `
  DELETE FROM webhook_secret WHERE tenant_id = $1 AND webhook_id = $2 AND valid_until <= now()`;

/**
 * Adds a secret and returns it. Messages are signed with the earlier ones, too, for so many hours. Throws
 * RATE_LIMITED while three are valid.
 */
export function rotateSecret(
  pool: TransactionPool,
  tenantId: string,
  id: string,
  keepHours: number,
): Promise<Buffer> {
  return withTransaction(pool, { tenantId }, async (client) => {
    // Two rotations at once would give two secrets one version.
    await client.query(LOCK, [tenantId, id]);
    await client.query(LIMIT_SECRETS, [tenantId, id, keepHours]);
    const { rows } = await client.query<{ n: number }>(COUNT_VALID, [tenantId, id]);
    if ((rows[0]?.n ?? 0) >= MOST_SECRETS) {
      const message = `${MOST_SECRETS} secrets are valid: wait until the earlier ones have expired, or keep them for 0 hours.`;
      throw new AppError("RATE_LIMITED", message);
    }
    const secret = newSecret();
    await client.query(INSERT_SECRET, [tenantId, id, secret]);
    await client.query(REMOVE_EXPIRED, [tenantId, id]);
    return secret;
  });
}

const READ_SECRETS = `
  SELECT secret FROM webhook_secret
  WHERE tenant_id = $1 AND webhook_id = $2 AND (valid_until IS NULL OR valid_until > now())
  ORDER BY version DESC`;

/** The valid secrets, newest first. */
export async function readSecrets(
  client: DatabaseClient,
  tenantId: string,
  id: string,
): Promise<Buffer[]> {
  const { rows } = await client.query<{ secret: Buffer }>(READ_SECRETS, [tenantId, id]);
  return rows.map(({ secret }) => secret);
}
