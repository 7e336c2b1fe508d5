import { withTransaction } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Pool, SqlStatement } from "@allfunds/platform/database";
import type { Finding, Insight } from "./insight.ts";

/** PostgreSQL channel that notifies every replica of a new insight, once its transaction has committed. */
export const INSIGHT_CHANNEL = "insight_created";

const SAVE = `
  WITH stored AS (
    INSERT INTO insight (tenant_id, insight_id, fund_id, transaction_id, kind, effective_date, message, score, evidence)
    SELECT $1, "insightId", "fundId", "transactionId", kind, "effectiveDate", message, score, evidence
    FROM json_to_recordset($2) AS found ("insightId" uuid, "fundId" uuid, "transactionId" uuid, kind text,
      "effectiveDate" date, message text, score double precision, evidence jsonb)
    ON CONFLICT (tenant_id, transaction_id, kind) DO NOTHING
    RETURNING insight_id, fund_id
  )
  SELECT pg_notify('${INSIGHT_CHANNEL}',
    json_build_object('tenantId', $1::uuid, 'fundId', fund_id, 'insightId', insight_id)::text)
  FROM stored`;

export function saveInsights(tenantId: string, findings: readonly Finding[]): SqlStatement[] {
  if (findings.length === 0) return [];
  const rows = findings.map((finding) => ({ ...finding, insightId: newId() }));
  return [{ text: SAVE, values: [tenantId, JSON.stringify(rows)] }];
}

const COLUMNS = `
  insight_id AS "insightId", fund_id AS "fundId", transaction_id AS "transactionId", kind,
  effective_date::text AS "effectiveDate", message, score, evidence, created_at AS "createdAt"`;

const LIST = `
  SELECT ${COLUMNS} FROM insight
  WHERE tenant_id = $1 AND fund_id = $2 AND ($3::uuid IS NULL OR insight_id < $3)
  ORDER BY insight_id DESC LIMIT $4`;

/** Insights of a fund, newest first, after a given one. */
export async function listInsights(
  pool: Pool,
  tenantId: string,
  page: { readonly fundId: string; readonly afterId: string | null; readonly limit: number },
): Promise<Insight[]> {
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<Insight>(LIST, [tenantId, page.fundId, page.afterId, page.limit]),
  );
  return rows;
}

const LOAD = `SELECT ${COLUMNS} FROM insight WHERE tenant_id = $1 AND insight_id = $2`;

export async function loadInsight(
  pool: Pool,
  tenantId: string,
  insightId: string,
): Promise<Insight | undefined> {
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<Insight>(LOAD, [tenantId, insightId]),
  );
  return rows[0];
}
