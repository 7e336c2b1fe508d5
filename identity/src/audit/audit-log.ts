import { EVERY_TENANT } from "@allfunds/platform/auth";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { Manager } from "../access/manager.ts";
import type { AuditEventEntity } from "./audit-event-entity.ts";
import type { AuditAction, AuditEvent, RecordedAuditEvent } from "./audit-event.ts";

const INSERT = `
  INSERT INTO audit_event (tenant_id, action, outcome, actor_kind, actor_id, client_id, factors,
    ip, user_agent, trace_id, subject, detail)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

const LONGEST_USER_AGENT = 400;

/** Appends one event to the audit log. With a transaction's client it commits with what it records. */
export async function recordAudit(
  database: Pool | DatabaseClient,
  event: AuditEvent,
): Promise<void> {
  await database.query(INSERT, [
    event.tenantId,
    event.action,
    event.outcome,
    event.actorKind,
    event.actorId,
    event.clientId,
    event.factors ?? [],
    event.origin.ip,
    event.origin.userAgent?.slice(0, LONGEST_USER_AGENT),
    event.origin.traceId,
    event.subject,
    JSON.stringify(event.detail ?? {}),
  ]);
}

/** Records what a manager did with a user or a client. */
export const recordManagement = (
  database: Pool | DatabaseClient,
  manager: Manager,
  action: Extract<
    AuditAction,
    | `user.${string}`
    | `client.${string}`
    | `application.${string}`
    | "sessions.end"
    | "assistants.change"
    | "second-factor.require"
  >,
  subject: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  recordAudit(database, {
    action,
    outcome: "ALLOWED",
    tenantId: manager.tenantId,
    actorKind: manager.actorKind,
    actorId: manager.actorId,
    factors: manager.factors,
    subject,
    origin: manager.origin,
    detail,
  });

export interface AuditFilter {
  readonly tenantId: string;
  readonly actions?: readonly string[] | undefined;
  readonly actorId?: string | undefined;
  readonly outcome?: AuditEvent["outcome"] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

type AuditOrm = TenantOrm<{ readonly AuditEventEntity: typeof AuditEventEntity }>;

// Events are ordered by when they happened: reports of other services may arrive late. The time is compared
// in the database, because a Date has no microseconds.
const BEFORE = `
  (e.at, e.sequence) < ((SELECT at FROM audit_event WHERE sequence = ? AND tenant_id = ?), ?)`;

/** Reads up to `limit` events of a tenant, the newest first, from before the event `before`. */
export async function readAudit(
  orm: AuditOrm,
  { tenantId, actions, actorId, outcome, from, to }: AuditFilter,
  limit: number,
  before: string | undefined,
): Promise<RecordedAuditEvent[]> {
  // The tenant of an external issuer need not be a UUID and has no events here.
  if (!isId(tenantId)) return [];
  const rows = await orm.as(tenantId, (em, { AuditEventEntity: entity }) => {
    const events = em.createQueryBuilder(entity, "e").where({
      tenantId,
      ...(actions === undefined ? {} : { action: { $in: [...actions] } }),
      ...(actorId === undefined ? {} : { actorId }),
      ...(outcome === undefined ? {} : { outcome }),
      at: {
        ...(from === undefined ? {} : { $gte: from }),
        ...(to === undefined ? {} : { $lt: to }),
      },
    });
    if (before !== undefined) events.andWhere(BEFORE, [before, tenantId, before]);
    return events.orderBy({ at: "desc", sequence: "desc" }).limit(limit).getResultList();
  });
  return rows.map(eventOf);
}

const EXPORT_PAGE = 1_000;

const EXPORT = `
  SELECT sequence, at, recorded_at AS "recordedAt", reported_by AS "reportedBy",
    tenant_id AS "tenantId", action, outcome, actor_kind AS "actorKind", actor_id AS "actorId",
    client_id AS "clientId", factors, ip, user_agent AS "userAgent", trace_id AS "traceId",
    subject, detail
  FROM audit_event
  WHERE ($1::uuid IS NULL OR tenant_id = $1) AND ($2::timestamptz IS NULL OR at >= $2)
    AND ($3::timestamptz IS NULL OR at < $3) AND sequence > $4
  ORDER BY sequence LIMIT ${EXPORT_PAGE}`;

/**
 * The events of a tenant, or with `EVERY_TENANT` all, those of no tenant included, in the order of arrival,
 * one JSON object per line.
 */
export async function* exportAudit(
  pool: Pool,
  { tenantId, from, to }: Pick<AuditFilter, "tenantId" | "from" | "to">,
): AsyncGenerator<string> {
  let after = "0";
  for (;;) {
    const of = tenantId === EVERY_TENANT ? null : tenantId;
    const { rows } = await pool.query<Row>(EXPORT, [of, from, to, after]);
    if (rows.length === 0) return;
    yield rows.map((row) => `${JSON.stringify(eventOf(row))}\n`).join("");
    after = rows.at(-1)?.sequence ?? after;
  }
}

/** An event as it is stored. */
interface Row extends Pick<AuditEvent, "outcome" | "actorKind"> {
  readonly action: string;
  readonly sequence: string;
  readonly at: Date;
  readonly recordedAt?: Date | null | undefined;
  readonly reportedBy?: string | null | undefined;
  readonly tenantId?: string | null | undefined;
  readonly actorId?: string | null | undefined;
  readonly clientId?: string | null | undefined;
  readonly factors: readonly string[];
  readonly ip?: string | null | undefined;
  readonly userAgent?: string | null | undefined;
  readonly traceId?: string | null | undefined;
  readonly subject?: string | null | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
}

const eventOf = (row: Row): RecordedAuditEvent => ({
  sequence: row.sequence,
  at: row.at,
  recordedAt: row.recordedAt ?? row.at,
  reportedBy: row.reportedBy ?? undefined,
  tenantId: row.tenantId ?? undefined,
  action: row.action,
  outcome: row.outcome,
  actorKind: row.actorKind,
  actorId: row.actorId ?? undefined,
  clientId: row.clientId ?? undefined,
  factors: row.factors,
  subject: row.subject ?? undefined,
  origin: {
    ip: row.ip ?? undefined,
    userAgent: row.userAgent ?? undefined,
    traceId: row.traceId ?? undefined,
  },
  detail: row.detail,
});
