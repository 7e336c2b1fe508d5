import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";

// What every decision needs stands with the fund, so that it costs no query of its own.
const SET_LIMITS = `
  UPDATE fund SET approval_limits = $3::jsonb WHERE tenant_id = $1 AND id = $2`;

const UPSERT_LIMIT = `
  INSERT INTO approval_limit (tenant_id, book_id, currency, of_tenant, amount, position, set_by, set_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant_id, book_id, currency) DO UPDATE SET
    amount = EXCLUDED.amount, position = EXCLUDED.position,
    set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at`;

/** Makes limits readable where they were set, and known to the decisions of the book. */
export async function storeLimits(statements: Statements, batch: StoredBatch): Promise<void> {
  const { tenantId, bookId } = batch.book;
  const sent: Promise<unknown>[] = [];
  let ofFund = false;
  for (const { event, position, actor, recordedAt } of batch.events) {
    if (event.type !== "ApprovalLimitSet") continue;
    const { fundId, of, currency, limitMinor } = event;
    ofFund ||= fundId !== null;
    // What a fund's book adopts from its tenant stands in the tenant's book already.
    if (fundId !== null && of === "TENANT") continue;
    const amount = limitMinor?.toString() ?? null;
    const row = [tenantId, bookId, currency, of === "TENANT", amount, position, actor, recordedAt];
    sent.push(statements.query(UPSERT_LIMIT, row));
  }
  if (ofFund) {
    const limits = JSON.stringify(batch.after.fund?.approvalLimits ?? null);
    sent.push(statements.query(SET_LIMITS, [tenantId, bookId, limits]));
  }
  await Promise.all(sent);
}
