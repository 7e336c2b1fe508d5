import { EVERY_TENANT } from "@allfunds/platform/auth";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { Manager } from "../access/manager.ts";
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
  action: Extract<AuditAction, `user.${string}` | `client.${string}` | "sessions.end">,
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
  /** Whose events; `EVERY_TENANT` for all, those of no tenant included. */
  readonly tenantId: string;
  readonly actions?: readonly string[] | undefined;
  readonly actorId?: string | undefined;
  readonly outcome?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

interface Row {
  sequence: string;
  at: Date;
  recorded_at: Date | null;
  reported_by: string | null;
  tenant_id: string | null;
  action: RecordedAuditEvent["action"];
  outcome: RecordedAuditEvent["outcome"];
  actor_kind: RecordedAuditEvent["actorKind"];
  actor_id: string | null;
  client_id: string | null;
  factors: string[];
  ip: string | null;
  user_agent: string | null;
  trace_id: string | null;
  subject: string | null;
  detail: Record<string, unknown>;
}

const CONDITIONS = `
  ($1::uuid IS NULL OR tenant_id = $1)
  AND ($2::text[] IS NULL OR action = ANY ($2))
  AND ($3::text IS NULL OR actor_id = $3)
  AND ($4::text IS NULL OR outcome = $4)
  AND ($5::timestamptz IS NULL OR at >= $5)
  AND ($6::timestamptz IS NULL OR at < $6)`;

const valuesOf = (filter: AuditFilter): unknown[] => [
  filter.tenantId === EVERY_TENANT ? null : filter.tenantId,
  filter.actions,
  filter.actorId,
  filter.outcome,
  filter.from,
  filter.to,
];

// Events are ordered by when they happened: reports of other services may arrive late.
const BEFORE = `(at, sequence) < ((SELECT at FROM audit_event
  WHERE sequence = $7 AND ($1::uuid IS NULL OR tenant_id = $1)), $7)`;

/** Reads up to `limit` events, the newest first, from before the event `before`. */
export async function readAudit(
  pool: Pool,
  filter: AuditFilter,
  limit: number,
  before: string | undefined,
): Promise<RecordedAuditEvent[]> {
  const { rows } = await pool.query<Row>(
    `SELECT * FROM audit_event WHERE ${CONDITIONS} AND ($7::bigint IS NULL OR ${BEFORE})
     ORDER BY at DESC, sequence DESC LIMIT $8`,
    [...valuesOf(filter), before, limit],
  );
  return rows.map(eventOf);
}

const EXPORT_PAGE = 1_000;

/** Every event that passes the filter, in the order of arrival, one JSON object per line. */
export async function* exportAudit(pool: Pool, filter: AuditFilter): AsyncGenerator<string> {
  let after = "0";
  for (;;) {
    const { rows } = await pool.query<Row>(
      `SELECT * FROM audit_event WHERE ${CONDITIONS} AND sequence > $7
       ORDER BY sequence LIMIT ${EXPORT_PAGE}`,
      [...valuesOf(filter), after],
    );
    if (rows.length === 0) return;
    yield rows.map((row) => `${JSON.stringify(eventOf(row))}\n`).join("");
    after = rows.at(-1)?.sequence ?? after;
  }
}

const eventOf = (row: Row): RecordedAuditEvent => ({
  sequence: row.sequence,
  at: row.at,
  recordedAt: row.recorded_at ?? row.at,
  reportedBy: row.reported_by ?? undefined,
  tenantId: row.tenant_id ?? undefined,
  action: row.action,
  outcome: row.outcome,
  actorKind: row.actor_kind,
  actorId: row.actor_id ?? undefined,
  clientId: row.client_id ?? undefined,
  factors: row.factors,
  subject: row.subject ?? undefined,
  origin: {
    ip: row.ip ?? undefined,
    userAgent: row.user_agent ?? undefined,
    traceId: row.trace_id ?? undefined,
  },
  detail: row.detail,
});
