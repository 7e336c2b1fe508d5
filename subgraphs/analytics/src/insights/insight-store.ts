import type { DatabaseClient } from "@allfunds/platform/database";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { insightIdOf } from "./insight.ts";
import type { Dismissal, Finding, Insight, InsightKind, InsightSeverity } from "./insight.ts";

/** PostgreSQL channel that notifies every replica of a new insight, once its transaction has committed. */
export const INSIGHT_CHANNEL = "insight_created";

// What is found again stays as it was found; the first time it notifies.
// A range with an order takes the primary key. For an equal sign any index of a tenant that statistics do not
// know is as good to the planner, and each finding reads the whole fund.
const SAVE = `
  WITH found AS (
    SELECT * FROM json_to_recordset($3) AS found ("insightId" uuid, kind text, severity text, "transactionId" uuid,
      "transactionIds" jsonb, "effectiveDate" date, message text, score double precision,
      evidence jsonb)
  ), known AS (
    SELECT insight_id FROM insight JOIN found ON insight_id = "insightId" WHERE tenant_id = $1
  ), stored AS (
    INSERT INTO insight (tenant_id, insight_id, fund_id, kind, severity, transaction_id, transaction_ids, position,
      effective_date, message, score, evidence)
    SELECT $1, "insightId", $2, kind, severity, "transactionId", "transactionIds", moved.position, "effectiveDate",
      message, score, evidence
    FROM found CROSS JOIN LATERAL (
      SELECT position FROM movement
      WHERE tenant_id = $1 AND transaction_id BETWEEN "transactionId" AND "transactionId"
      ORDER BY transaction_id LIMIT 1) moved
    ON CONFLICT (tenant_id, insight_id) DO UPDATE SET
      severity = excluded.severity, transaction_id = excluded.transaction_id,
      transaction_ids = excluded.transaction_ids, position = excluded.position,
      effective_date = excluded.effective_date, message = excluded.message, score = excluded.score,
      evidence = excluded.evidence
    RETURNING insight_id, fund_id
  )
  SELECT pg_notify('${INSIGHT_CHANNEL}',
    json_build_object('tenantId', $1::uuid, 'fundId', fund_id, 'insightId', insight_id)::text)
  FROM stored WHERE insight_id NOT IN (SELECT insight_id FROM known)`;

// Those of a range of the book, or of transactions, that were not found this time.
const DROP_GONE = `
  DELETE FROM insight
  WHERE tenant_id = $1 AND fund_id = $2 AND kind = ANY($3::text[]) AND insight_id <> ALL($4::uuid[])
    AND (position BETWEEN $5 AND $6 OR transaction_id = ANY($7::uuid[]))`;

/** Which stored insights a run has judged again: those of a range of the book, and those about transactions. */
export interface JudgedInsights {
  readonly kinds: readonly InsightKind[];
  readonly fromPosition: number;
  readonly throughPosition: number;
  readonly transactionIds?: readonly string[];
}

/** Stores findings in place of those that the run has not found again. */
export async function replaceInsights(
  client: DatabaseClient,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  judged: JudgedInsights,
  findings: readonly Finding[],
): Promise<void> {
  const rows = findings.map((finding) => ({
    ...finding,
    insightId: insightIdOf(tenantId, finding),
  }));
  await client.query(DROP_GONE, [
    tenantId,
    fundId,
    judged.kinds,
    rows.map(({ insightId }) => insightId),
    judged.fromPosition,
    judged.throughPosition,
    judged.transactionIds ?? [],
  ]);
  if (rows.length > 0) await client.query(SAVE, [tenantId, fundId, JSON.stringify(rows)]);
}

interface InsightRow extends Omit<Insight, "dismissal"> {
  readonly reason: string | null;
  readonly dismissedBy: string | null;
  readonly dismissedAt: Date | null;
}

const COLUMNS = `
  insight.insight_id AS "insightId", insight.fund_id AS "fundId", kind, severity, transaction_id AS "transactionId",
  transaction_ids AS "transactionIds", effective_date::text AS "effectiveDate", message, score,
  evidence, created_at AS "createdAt", reason, dismissed_by AS "dismissedBy", dismissed_at AS "dismissedAt"`;

const FROM = `
  FROM insight LEFT JOIN insight_dismissal USING (tenant_id, insight_id)`;

const LIST = `
  SELECT ${COLUMNS} ${FROM}
  WHERE tenant_id = $1 AND insight.fund_id = $2
    AND ($3::date IS NULL OR (effective_date, insight_id) < ($3, $4::uuid))
    AND ($5::text[] IS NULL OR kind = ANY($5)) AND ($6::text[] IS NULL OR severity = ANY($6))
    AND ($7::boolean IS NULL OR (dismissed_at IS NOT NULL) = $7)
    AND ($8::date IS NULL OR effective_date >= $8) AND ($9::date IS NULL OR effective_date <= $9)
  ORDER BY effective_date DESC, insight_id DESC LIMIT $10`;

/** Which insights are listed; everything is optional. */
export interface InsightFilter {
  readonly kinds?: readonly InsightKind[] | null;
  readonly severities?: readonly InsightSeverity[] | null;
  /** Only dismissed ones, or only others. */
  readonly dismissed?: boolean | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

export interface InsightPage {
  readonly fundId: string;
  readonly after: { readonly date: string; readonly insightId: string } | null;
  readonly limit: number;
  readonly filter: InsightFilter;
}

/** Insights of a fund, latest date first, after a given one. */
export async function listInsights(
  reads: TenantReads,
  tenantId: string,
  { fundId, after, limit, filter }: InsightPage,
): Promise<Insight[]> {
  const { rows } = await reads.query<InsightRow>(LIST, [
    tenantId,
    fundId,
    after?.date ?? null,
    after?.insightId ?? null,
    filter.kinds ?? null,
    filter.severities ?? null,
    filter.dismissed ?? null,
    filter.from ?? null,
    filter.to ?? null,
    limit,
  ]);
  return rows.map(toInsight);
}

const LOAD = `SELECT ${COLUMNS} ${FROM} WHERE tenant_id = $1 AND insight_id = $2`;

export async function loadInsight(
  reads: TenantReads,
  tenantId: string,
  insightId: string,
): Promise<Insight | undefined> {
  const { rows } = await reads.query<InsightRow>(LOAD, [tenantId, insightId]);
  return rows[0] && toInsight(rows[0]);
}

function toInsight({ reason, dismissedBy, dismissedAt, ...insight }: InsightRow): Insight {
  const dismissal: Dismissal | null =
    dismissedBy === null || dismissedAt === null ? null : { reason, dismissedBy, dismissedAt };
  return { ...insight, dismissal };
}

const DISMISS = `
  INSERT INTO insight_dismissal (tenant_id, insight_id, fund_id, reason, dismissed_by, dismissed_at)
  VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant_id, insight_id) DO NOTHING`;

/** Returns whether it was not dismissed before. */
export async function dismiss(
  client: DatabaseClient,
  tenantId: string,
  { insightId, fundId }: Pick<Insight, "insightId" | "fundId">,
  { reason, dismissedBy, dismissedAt }: Dismissal,
): Promise<boolean> {
  const values = [tenantId, insightId, fundId, reason, dismissedBy, dismissedAt];
  return (await client.query(DISMISS, values)).rowCount === 1;
}

const RESTORE = "DELETE FROM insight_dismissal WHERE tenant_id = $1 AND insight_id = $2";

/** Returns whether it was dismissed before. */
export const restore = async (
  client: DatabaseClient,
  tenantId: string,
  insightId: string,
): Promise<boolean> => (await client.query(RESTORE, [tenantId, insightId])).rowCount === 1;
