import type { Statement } from "@allfunds/platform/database";
import type { CategoryDecision } from "../categories/built-in-model.ts";
import type { Movement } from "./movement.ts";

export interface CategorisedMovement {
  readonly movement: Movement;
  readonly decision: CategoryDecision;
}

const SAVE = `
  INSERT INTO movement (tenant_id, transaction_id, fund_id, position, effective_date, description, reference,
    counterparty, counterparty_key, direction, amount_minor, currency, entries,
    category, confidence, source, model, evidence, needs_review)
  SELECT $1, "transactionId", "fundId", position, "effectiveDate", description, reference,
    counterparty, "counterpartyKey", direction, "amountMinor", currency, entries,
    category, confidence, source, model, evidence, "needsReview"
  FROM json_to_recordset($2) AS moved (
    "transactionId" uuid, "fundId" uuid, position bigint, "effectiveDate" date, description text, reference text,
    counterparty text, "counterpartyKey" text, direction text, "amountMinor" numeric, currency text, entries jsonb,
    category text, confidence double precision, source text, model text, evidence jsonb, "needsReview" boolean)
  ON CONFLICT (tenant_id, transaction_id) DO NOTHING`;

/** Stores a batch in one statement. */
export function saveMovements(
  tenantId: string,
  moved: readonly CategorisedMovement[],
): Statement[] {
  if (moved.length === 0) return [];
  return [{ text: SAVE, values: [tenantId, JSON.stringify(moved.map(toRow))] }];
}

function toRow({ movement, decision }: CategorisedMovement) {
  const { category, confidence, source, model, evidence, needsReview } = decision;
  const { tenantId: _tenant, otherAccountNames: _names, ...row } = movement;
  const amountMinor = movement.amountMinor.toString();
  return { ...row, amountMinor, category, confidence, source, model, evidence, needsReview };
}
