import { newId } from "@allfunds/platform/ids";
import type { SqlStatement } from "@allfunds/platform/database";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { InsightEntities } from "./insight-entity.ts";
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

const WITHDRAW = `
  DELETE FROM insight WHERE tenant_id = $1 AND fund_id = $2
    AND (transaction_id = $3 OR evidence @> $4::jsonb)`;

/** Deletes what was found in or by comparison with a transaction of which nothing is left. */
export function withdrawInsights(
  tenantId: string,
  { fundId, transactionId }: Pick<Finding, "fundId" | "transactionId">,
): SqlStatement[] {
  const compared = JSON.stringify([{ name: "earlierTransactionId", value: transactionId }]);
  return [{ text: WITHDRAW, values: [tenantId, fundId, transactionId, compared] }];
}

type InsightOrm = TenantOrm<InsightEntities>;

/** Insights of a fund, newest first, after a given one. */
export async function listInsights(
  orm: InsightOrm,
  tenantId: string,
  page: { readonly fundId: string; readonly afterId: string | null; readonly limit: number },
): Promise<Insight[]> {
  const { fundId, afterId, limit } = page;
  const rows = await orm.as(tenantId, (em, { InsightEntity }) =>
    em.find(
      InsightEntity,
      { tenantId, fundId, ...(afterId === null ? {} : { insightId: { $lt: afterId } }) },
      { orderBy: { insightId: "desc" }, limit },
    ),
  );
  return rows.map(insightOf);
}

export async function loadInsight(
  orm: InsightOrm,
  tenantId: string,
  insightId: string,
): Promise<Insight | undefined> {
  const row = await orm.as(tenantId, (em, { InsightEntity }) =>
    em.findOne(InsightEntity, { tenantId, insightId }),
  );
  return row === null ? undefined : insightOf(row);
}

const insightOf = ({ tenantId: _tenant, ...insight }: Insight & { tenantId: string }): Insight =>
  insight;
