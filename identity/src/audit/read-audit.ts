import type { Pool } from "@allfunds/platform/database";
import { EVERY_TENANT } from "../provider/oauth-clients.ts";
import type { RecordedAuditEntry } from "./audit-event.ts";

export interface AuditFilter {
  /** Whose lines; `EVERY_TENANT` for all, those of no tenant included. */
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
  action: RecordedAuditEntry["action"];
  outcome: RecordedAuditEntry["outcome"];
  actor_kind: RecordedAuditEntry["actorKind"];
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

// Lines are ordered by when it happened: what another service reports may arrive late.
const BEFORE = `(at, sequence) < ((SELECT at FROM audit_event
  WHERE sequence = $7 AND ($1::uuid IS NULL OR tenant_id = $1)), $7)`;

/** Reads up to `limit` lines, the newest first, from before the line `before`. */
export async function readAudit(
  pool: Pool,
  filter: AuditFilter,
  limit: number,
  before: string | undefined,
): Promise<RecordedAuditEntry[]> {
  const { rows } = await pool.query<Row>(
    `SELECT * FROM audit_event WHERE ${CONDITIONS} AND ($7::bigint IS NULL OR ${BEFORE})
     ORDER BY at DESC, sequence DESC LIMIT $8`,
    [...valuesOf(filter), before, limit],
  );
  return rows.map(entryOf);
}

const EXPORT_PAGE = 1_000;

/** Every line of the trail that fits, in the order of arrival, one JSON object per line. */
export async function* exportAudit(pool: Pool, filter: AuditFilter): AsyncGenerator<string> {
  let after = "0";
  for (;;) {
    const { rows } = await pool.query<Row>(
      `SELECT * FROM audit_event WHERE ${CONDITIONS} AND sequence > $7
       ORDER BY sequence LIMIT ${EXPORT_PAGE}`,
      [...valuesOf(filter), after],
    );
    if (rows.length === 0) return;
    yield rows.map((row) => `${JSON.stringify(entryOf(row))}\n`).join("");
    after = rows.at(-1)?.sequence ?? after;
  }
}

const entryOf = (row: Row): RecordedAuditEntry => ({
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
