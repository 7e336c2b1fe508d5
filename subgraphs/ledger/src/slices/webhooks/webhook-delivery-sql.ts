import { AppError } from "@allfunds/contract/errors";
import { WEBHOOK_NOTICES } from "@allfunds/contract/webhooks";
import {
  withTransaction,
  type DatabaseClient,
  type TransactionPool,
} from "@allfunds/platform/database";
import { isId, newId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { FeedPlace } from "../../feed/feed-place.ts";
import {
  messageId,
  noticeBody,
  type Attempt,
  type AttemptFault,
  type DeliveredEvent,
  type DeliveryState,
} from "./webhook-delivery.ts";

/** A delivery as its log shows it. */
export interface StoredDelivery {
  /** Of the message: its `webhook-id`. */
  readonly id: string;
  readonly webhookId: string;
  readonly ordinal: number;
  readonly bookId: string;
  readonly position: number | null;
  readonly type: string;
  readonly state: DeliveryState;
  readonly nextAttemptAt: Date;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

const COLUMNS = `
  id, webhook_id AS "webhookId", ordinal::int, fund_id AS "bookId", position::int, type, state,
  next_attempt_at AS "nextAttemptAt", created_at AS "createdAt", settled_at AS "settledAt"`;

const READ_ONE = `SELECT ${COLUMNS} FROM webhook_delivery WHERE tenant_id = $1 AND id = $2`;

/** One delivery as far as the reads show it; undefined when there is none. */
export async function readDelivery(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<StoredDelivery | undefined> {
  if (!isId(id)) return undefined;
  return (await reads.query<StoredDelivery>(READ_ONE, [tenantId, id])).rows[0];
}

const READ_PAGE = `
  SELECT ${COLUMNS} FROM webhook_delivery
  WHERE tenant_id = $1 AND webhook_id = $2 AND ordinal < $3 AND ($4::text IS NULL OR state = $4)
  ORDER BY ordinal DESC LIMIT $5`;

/** Deliveries of a webhook before an ordinal, newest first; one more than `first`. */
export async function readDeliveryPage(
  reads: TenantReads,
  tenantId: string,
  webhookId: string,
  { before, state, first }: { before: number; state: DeliveryState | null; first: number },
): Promise<StoredDelivery[]> {
  const parameters = [tenantId, webhookId, before, state, first + 1] as const;
  return (await reads.query<StoredDelivery>(READ_PAGE, [...parameters])).rows;
}

/** An attempt as the log of deliveries shows it. */
export interface StoredAttempt {
  readonly deliveryId: string;
  readonly number: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly status: number | null;
  readonly fault: AttemptFault | null;
  readonly answer: string;
}

const MOST_ATTEMPTS = 20;

const READ_ATTEMPTS = `
  SELECT a.* FROM unnest($2::uuid[]) AS d (id)
  CROSS JOIN LATERAL (
    SELECT delivery_id AS "deliveryId", number, started_at AS "startedAt", duration_ms AS "durationMs",
      status, fault, answer
    FROM webhook_attempt WHERE tenant_id = $1 AND delivery_id = d.id
    ORDER BY number DESC LIMIT ${MOST_ATTEMPTS}) a`;

/** The last 20 attempts of each delivery, newest first. */
export async function readAttempts(
  reads: TenantReads,
  tenantId: string,
  deliveryIds: readonly string[],
): Promise<StoredAttempt[]> {
  return (await reads.query<StoredAttempt>(READ_ATTEMPTS, [tenantId, deliveryIds])).rows;
}

const MOVE_CURSOR = `
  UPDATE webhook SET seq = $5, taken = $6, recorded = recorded + $7, pending = pending + $7,
    due_at = CASE WHEN $7 > 0 THEN now() ELSE due_at END
  WHERE tenant_id = $1 AND id = $2 AND seq = $3 AND taken = $4 RETURNING recorded`;

const INSERT = `
  INSERT INTO webhook_delivery (tenant_id, webhook_id, ordinal, id, queue, fund_id, position, type)
  SELECT $1, $2, $3 + nth, id, fund_id, fund_id, position, type
  FROM unnest($4::uuid[], $5::uuid[], $6::bigint[], $7::text[])
    WITH ORDINALITY AS e (id, fund_id, position, type, nth)`;

/** What of a page of the feed a webhook delivers, and between which places the page stands. */
export interface RecordedPage {
  readonly from: FeedPlace;
  readonly to: FeedPlace;
  readonly events: readonly DeliveredEvent[];
}

/**
 * Records deliveries and moves the webhook's cursor in one transaction, so that each event is recorded exactly once;
 * false when another instance has moved it meanwhile.
 */
export function recordPage(
  pool: TransactionPool,
  { tenantId, id }: WebhookKey,
  { from, to, events }: RecordedPage,
): Promise<boolean> {
  return withTransaction(pool, { tenantId }, async (client) => {
    const count = events.length;
    const places = [from.seq, from.taken, to.seq, to.taken];
    const moved = await client.query<{ recorded: string }>(MOVE_CURSOR, [
      tenantId,
      id,
      ...places,
      count,
    ]);
    const recorded = moved.rows[0]?.recorded;
    if (recorded === undefined) return false;
    if (count === 0) return true;
    await client.query(INSERT, [
      tenantId,
      id,
      Number(recorded) - count,
      events.map((event) => messageId(id, event)),
      events.map(({ fundId }) => fundId),
      events.map(({ position }) => position),
      events.map(({ type }) => type),
    ]);
    return true;
  });
}

/** A webhook over all tenants. */
export interface WebhookKey {
  readonly tenantId: string;
  readonly id: string;
}

const READ_DUE = `
  SELECT w.tenant_id AS "tenantId", w.id FROM webhook w
  WHERE w.state = 'ACTIVE' AND (w.leased_until IS NULL OR w.leased_until < now())
    AND w.tenant_id NOT IN (SELECT tenant FROM tenant_fence WHERE closed_until > now())
    AND (w.due_at <= now() OR w.pending < $1 AND EXISTS (
      SELECT FROM feed f WHERE f.tenant_id = w.tenant_id AND f.seq >= w.seq
        AND (f.seq > w.seq OR f.to_position - f.from_position + 1 > w.taken)))
  ORDER BY w.due_at NULLS LAST LIMIT 200`;

/** Webhooks of all tenants that have something to record or to send, and that no instance serves. */
export const readDue = (
  order: { queryOrder<Row extends object>(sql: string, values: readonly number[]): Promise<Row[]> },
  mostPending: number,
): Promise<WebhookKey[]> => order.queryOrder<WebhookKey>(READ_DUE, [mostPending]);

/** What a webhook is served by. */
export interface LeasedWebhook extends WebhookKey {
  readonly url: string;
  readonly eventTypes: readonly string[] | null;
  readonly fundIds: readonly string[] | null;
  readonly personalData: boolean;
  readonly place: FeedPlace;
  readonly pending: number;
  /** Since when it has accepted nothing; null when the last message was accepted. */
  readonly failingSince: Date | null;
}

interface LeaseRow extends Omit<LeasedWebhook, "tenantId" | "place"> {
  readonly seq: string;
  readonly taken: string;
}

const LEASE_SECONDS = 60;

const TAKE_LEASE = `
  UPDATE webhook SET leased_by = $3, leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
  WHERE tenant_id = $1 AND id = $2 AND state = 'ACTIVE'
    AND (leased_by = $3 OR leased_until IS NULL OR leased_until < now())
  RETURNING id, url, event_types AS "eventTypes", fund_ids AS "fundIds",
    personal_data AS "personalData", failing_since AS "failingSince", seq, taken, pending`;

/** Takes or extends the lease of a webhook; undefined when another instance has it, or nothing is to be sent. */
export async function takeLease(
  pool: TransactionPool,
  { tenantId, id }: WebhookKey,
  instance: string,
): Promise<LeasedWebhook | undefined> {
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<LeaseRow>(TAKE_LEASE, [tenantId, id, instance]),
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { seq, taken, ...rest } = row;
  return { ...rest, tenantId, place: { seq: Number(seq), taken: Number(taken) } };
}

const FREE_LEASE = `
  UPDATE webhook SET leased_by = NULL, leased_until = NULL,
    due_at = (SELECT min(next_attempt_at) FROM (
      SELECT DISTINCT ON (queue) next_attempt_at FROM webhook_delivery
      WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'PENDING' ORDER BY queue, ordinal) first)
  WHERE tenant_id = $1 AND id = $2 AND leased_by = $3`;

/** Gives the lease up, and notes when the next delivery is due. */
export async function freeLease(
  pool: TransactionPool,
  { tenantId, id }: WebhookKey,
  instance: string,
): Promise<void> {
  await withTransaction(pool, { tenantId }, async (client) => {
    // What becomes due meanwhile is committed before the next statement looks.
    await lockWebhook(client, { tenantId, id });
    await client.query(FREE_LEASE, [tenantId, id, instance]);
  });
}

/** A delivery that may be sent now. */
export interface DueDelivery {
  readonly id: string;
  readonly bookId: string;
  readonly position: number | null;
  readonly type: string;
  readonly notice: string | null;
  readonly attempts: number;
  readonly firstAttemptAt: Date | null;
}

const READ_FIRST = `
  SELECT id, "bookId", position, type, notice, attempts, "firstAttemptAt" FROM (
    SELECT DISTINCT ON (queue) id, fund_id AS "bookId", position::int, type, notice, attempts, ordinal,
      first_attempt_at AS "firstAttemptAt", next_attempt_at
    FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'PENDING'
    ORDER BY queue, ordinal) first
  WHERE next_attempt_at <= now() ORDER BY ordinal LIMIT $3`;

/** The first delivery of each queue, as far as it is due; oldest first. */
export async function readFirstOfQueues(
  client: DatabaseClient,
  { tenantId, id }: WebhookKey,
  most: number,
): Promise<DueDelivery[]> {
  return (await client.query<DueDelivery>(READ_FIRST, [tenantId, id, most])).rows;
}

/** What is to become of a delivery after an attempt. */
export interface Outcome {
  readonly attempt: Attempt;
  readonly state: DeliveryState;
  /** Of a delivery that stays pending. */
  readonly nextAttemptAt: Date | null;
}

const INSERT_ATTEMPT = `
  INSERT INTO webhook_attempt (tenant_id, delivery_id, number, started_at, duration_ms, status, fault, answer)
  SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7
  FROM webhook_attempt WHERE tenant_id = $1 AND delivery_id = $2`;
const SETTLE = `
  UPDATE webhook_delivery SET state = $3, attempts = attempts + 1, next_attempt_at = coalesce($4, next_attempt_at),
    first_attempt_at = coalesce(first_attempt_at, $5), settled_at = CASE WHEN $3 <> 'PENDING' THEN now() END
  WHERE tenant_id = $1 AND id = $2 AND state = 'PENDING'`;
// The webhook before its deliveries: a transaction that changes both locks them in this order.
const LOCK = `
  SELECT failing_since AS "failingSince" FROM webhook WHERE tenant_id = $1 AND id = $2 FOR UPDATE`;
const NOTE = `
  UPDATE webhook SET pending = pending - $3,
    failing_since = CASE WHEN $4 THEN NULL ELSE coalesce(failing_since, $5) END,
    last_success_at = CASE WHEN $4 THEN $5 ELSE last_success_at END
  WHERE tenant_id = $1 AND id = $2 RETURNING failing_since AS "failingSince"`;
// Where one message is accepted, those that failed before need not wait for their hours.
const HURRY = `
  UPDATE webhook_delivery SET next_attempt_at = now()
  WHERE tenant_id = $1 AND webhook_id = $2 AND state = 'PENDING' AND next_attempt_at > now()`;

/** Stores an attempt with what became of the delivery; returns since when the webhook has accepted nothing. */
export function settle(
  pool: TransactionPool,
  { tenantId, id: webhookId }: WebhookKey,
  deliveryId: string,
  { attempt, state, nextAttemptAt }: Outcome,
): Promise<Date | null> {
  const { startedAt, durationMs, status, fault, answer } = attempt;
  return withTransaction(pool, { tenantId }, async (client) => {
    const before = await lockWebhook(client, { tenantId, id: webhookId });
    const values = [tenantId, deliveryId, state, nextAttemptAt, startedAt];
    // Deleted, or settled by another instance, meanwhile.
    if ((await client.query(SETTLE, values)).rowCount === 0) return null;
    const tried = [tenantId, deliveryId, startedAt, durationMs, status, fault, answer];
    await client.query(INSERT_ATTEMPT, tried);
    const noted = [tenantId, webhookId, state === "PENDING" ? 0 : 1, fault === null, startedAt];
    const { rows } = await client.query<{ failingSince: Date | null }>(NOTE, noted);
    const isBack = fault === null && before !== null;
    if (isBack) await client.query(HURRY, [tenantId, webhookId]);
    return rows[0]?.failingSince ?? null;
  });
}

/** Locks a webhook for the rest of a transaction, and returns since when it has accepted nothing. */
async function lockWebhook(
  client: DatabaseClient,
  { tenantId, id }: WebhookKey,
): Promise<Date | null> {
  const { rows } = await client.query<{ failingSince: Date | null }>(LOCK, [tenantId, id]);
  return rows[0]?.failingSince ?? null;
}

const DISABLE = `
  UPDATE webhook SET state = 'DISABLED', disabled_reason = $3, state_since = now()
  WHERE tenant_id = $1 AND id = $2 AND state = 'ACTIVE'`;
const READ_OTHERS = `
  SELECT id FROM webhook
  WHERE tenant_id = $1 AND id <> $2 AND state = 'ACTIVE' AND fund_ids IS NULL
    AND (event_types IS NULL OR '${WEBHOOK_NOTICES.disabled}' = ANY (event_types))`;

/** Disables a webhook, and notifies the tenant's others that deliver such notices; false when it is not active. */
export function disable(
  pool: TransactionPool,
  { tenantId, id }: WebhookKey,
  reason: "GONE" | "FAILING",
): Promise<boolean> {
  return withTransaction(pool, { tenantId }, async (client) => {
    if ((await client.query(DISABLE, [tenantId, id, reason])).rowCount === 0) return false;
    const { rows } = await client.query<{ id: string }>(READ_OTHERS, [tenantId, id]);
    for (const other of rows) {
      const notice = { type: WEBHOOK_NOTICES.disabled, data: { webhookId: id, reason } };
      await addNotice(client, { tenantId, id: other.id }, notice);
    }
    return true;
  });
}

const COUNT_NOTICE = `
  UPDATE webhook SET recorded = recorded + 1, pending = pending + 1, due_at = now()
  WHERE tenant_id = $1 AND id = $2 RETURNING recorded`;
const INSERT_NOTICE = `
  INSERT INTO webhook_delivery (tenant_id, webhook_id, ordinal, id, queue, fund_id, type, notice)
  VALUES ($1, $2, $3, $4, $4, $1, $5, $6)`;

/** Records a message that is about no event of a book; returns its id. */
export async function addNotice(
  client: DatabaseClient,
  { tenantId, id: webhookId }: WebhookKey,
  { type, data }: { readonly type: string; readonly data: object },
): Promise<string> {
  const { rows } = await client.query<{ recorded: string }>(COUNT_NOTICE, [tenantId, webhookId]);
  const id = newId();
  const body = noticeBody(id, type, new Date(), data);
  await client.query(INSERT_NOTICE, [tenantId, webhookId, rows[0]?.recorded, id, type, body]);
  return id;
}

// In a queue of its own: what is sent once more does not hold up what comes next.
const REDELIVER = `
  UPDATE webhook_delivery SET state = 'PENDING', queue = id, attempts = 0, first_attempt_at = NULL,
    next_attempt_at = now(), settled_at = NULL
  WHERE tenant_id = $1 AND id = $2 AND state <> 'PENDING'`;
const COUNT_REDELIVERY = `
  UPDATE webhook SET pending = pending + 1, due_at = now() WHERE tenant_id = $1 AND id = $2`;
const RETRY_NOW = `
  UPDATE webhook_delivery SET next_attempt_at = now()
  WHERE tenant_id = $1 AND id = $2 AND state = 'PENDING' AND next_attempt_at > clock_timestamp()`;
const MAKE_DUE = "UPDATE webhook SET due_at = now() WHERE tenant_id = $1 AND id = $2";

/**
 * Sends a message once more, with the same id; one that waits is tried at once. With `once`, VERSION_CONFLICT when
 * another request has caused that already.
 */
export function redeliver(
  pool: TransactionPool,
  tenantId: string,
  { id, webhookId, once }: StoredDelivery & { readonly once: boolean },
): Promise<void> {
  return withTransaction(pool, { tenantId }, async (client) => {
    await client.query(MAKE_DUE, [tenantId, webhookId]);
    const { rowCount } = await client.query(REDELIVER, [tenantId, id]);
    if (rowCount === 1) {
      await client.query(COUNT_REDELIVERY, [tenantId, webhookId]);
      return;
    }
    const { rowCount: retried } = await client.query(RETRY_NOW, [tenantId, id]);
    if (once && retried === 0)
      throw new AppError("VERSION_CONFLICT", "It is about to be sent already.");
  });
}

const GIVE_UP = `
  UPDATE webhook_delivery SET state = 'FAILED', settled_at = now()
  WHERE tenant_id = $1 AND id = $2 AND state = 'PENDING'`;
const UNCOUNT =
  "UPDATE webhook SET pending = pending - 1, due_at = now() WHERE tenant_id = $1 AND id = $2";

/** Gives up a delivery that waits, so that the next one of its fund is sent. */
export function giveUp(
  pool: TransactionPool,
  tenantId: string,
  { id, webhookId }: StoredDelivery,
): Promise<void> {
  return withTransaction(pool, { tenantId }, async (client) => {
    await lockWebhook(client, { tenantId, id: webhookId });
    const { rowCount } = await client.query(GIVE_UP, [tenantId, id]);
    if (rowCount === 0) throw new AppError("VERSION_CONFLICT", "The delivery waits no more.");
    await client.query(UNCOUNT, [tenantId, webhookId]);
  });
}

const REMOVE_OLD = `
  DELETE FROM webhook_delivery WHERE tenant_id = $1 AND webhook_id = $2 AND state <> 'PENDING'
    AND settled_at < now() - interval '30 days'`;

/** Removes what was settled 30 days ago from the log of deliveries. */
export async function removeOld(
  pool: TransactionPool,
  { tenantId, id }: WebhookKey,
): Promise<void> {
  await withTransaction(pool, { tenantId }, (client) => client.query(REMOVE_OLD, [tenantId, id]));
}
