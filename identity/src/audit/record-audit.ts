import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { AuditEntry } from "./audit-event.ts";

const INSERT = `
  INSERT INTO audit_event (tenant_id, action, outcome, actor_kind, actor_id, client_id, factors,
    ip, user_agent, trace_id, subject, detail)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

const LONGEST_USER_AGENT = 400;

/** Writes one line of the trail. Given a transaction's client, it stands or falls with what it tells of. */
export async function recordAudit(
  database: Pool | DatabaseClient,
  entry: AuditEntry,
): Promise<void> {
  await database.query(INSERT, [
    entry.tenantId,
    entry.action,
    entry.outcome,
    entry.actorKind,
    entry.actorId,
    entry.clientId,
    entry.factors ?? [],
    entry.origin.ip,
    entry.origin.userAgent?.slice(0, LONGEST_USER_AGENT),
    entry.origin.traceId,
    entry.subject,
    JSON.stringify(entry.detail ?? {}),
  ]);
}
