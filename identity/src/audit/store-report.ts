import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { ReportedEvent } from "./reported-event.ts";

// A repeated report adds nothing: an event's own id decides whether it is there already.
const INSERT = `
  INSERT INTO audit_event (event_id, reported_by, tenant_id, at, action, outcome, actor_kind,
    actor_id, client_id, factors, ip, trace_id, subject, detail)
  SELECT id, $2, "tenantId", at, action, outcome, coalesce("actorKind", 'UNKNOWN'),
    "actorId", "clientId", factors, ip, "traceId", subject, detail
  FROM jsonb_to_recordset($1::jsonb) AS event(id uuid, "tenantId" uuid, at timestamptz,
    action text, outcome text, "actorKind" text, "actorId" text, "clientId" text, factors text[],
    ip text, "traceId" text, subject text, detail jsonb)
  ORDER BY at
  ON CONFLICT (event_id) WHERE event_id IS NOT NULL DO NOTHING`;

/** Adds what a service reports to the trail, all or nothing; answers how many events were new. */
export async function storeReport(
  pool: Pool,
  reporter: string,
  events: readonly ReportedEvent[],
): Promise<number> {
  const { rowCount } = await pool.query(INSERT, [JSON.stringify(events.map(withTenant)), reporter]);
  return rowCount ?? 0;
}

/** Tenants are UUIDs here. What else a foreign token called its tenant is kept beside it. */
function withTenant(event: ReportedEvent): ReportedEvent {
  const { tenantId, detail } = event;
  if (tenantId === null || isId(tenantId)) return event;
  return { ...event, tenantId: null, detail: { ...detail, tenant: tenantId } };
}
