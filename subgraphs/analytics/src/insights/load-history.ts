import type { DatabaseClient } from "@allfunds/platform";
import type { CategoryCode } from "../categories/taxonomy.ts";
import type { CashDirection } from "../categories/features.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";
import { History, LONGEST_MEMORY } from "./history.ts";
import type { PastMovement } from "./history.ts";

/** The rows that any comparison of this batch may need, oldest first, each once. */
const LOAD = `
  WITH asked AS (
    SELECT DISTINCT * FROM jsonb_to_recordset($2::jsonb)
      AS each ("fundId" uuid, currency text, direction text, category text, "counterpartyKey" text)
  ),
  same_category AS (
    SELECT m.transaction_id FROM (SELECT DISTINCT "fundId", currency, direction, category FROM asked) a
    CROSS JOIN LATERAL (
      SELECT transaction_id FROM movement WHERE tenant_id = $1 AND fund_id = a."fundId" AND currency = a.currency
        AND direction = a.direction AND category = a.category AND position < $3
      ORDER BY position DESC LIMIT ${LONGEST_MEMORY}) m
  ),
  same_payee AS (
    SELECT m.transaction_id FROM (SELECT DISTINCT "fundId", "counterpartyKey" FROM asked WHERE "counterpartyKey" <> '') a
    CROSS JOIN LATERAL (
      SELECT transaction_id FROM movement WHERE tenant_id = $1 AND fund_id = a."fundId"
        AND counterparty_key = a."counterpartyKey" AND position < $3
      ORDER BY effective_date DESC LIMIT 50) m
  ),
  recent AS (
    SELECT m.transaction_id FROM (SELECT DISTINCT "fundId", currency FROM asked) a
    CROSS JOIN LATERAL (
      SELECT transaction_id FROM movement WHERE tenant_id = $1 AND fund_id = a."fundId" AND currency = a.currency
        AND direction = 'OUT' AND position < $3
      ORDER BY position DESC LIMIT ${LONGEST_MEMORY}) m
  )
  SELECT transaction_id AS "transactionId", fund_id AS "fundId", position::int, effective_date::text AS "effectiveDate",
    reference, counterparty_key AS "counterpartyKey", direction,
    amount_minor::text AS "amountMinor", currency, category
  FROM movement
  WHERE tenant_id = $1 AND transaction_id IN (
    SELECT transaction_id FROM same_category UNION SELECT transaction_id FROM same_payee
    UNION SELECT transaction_id FROM recent)
  ORDER BY position`;

interface Row extends Omit<PastMovement, "amountMinor" | "direction"> {
  readonly amountMinor: string;
  readonly direction: CashDirection;
  readonly category: CategoryCode;
}

/** History of one fund up to the first movement of a batch. All movements belong to that fund. */
export async function loadHistory(
  client: DatabaseClient,
  tenantId: string,
  batch: readonly CategorisedMovement[],
): Promise<History> {
  const history = new History();
  const first = batch[0];
  if (first === undefined) return history;
  const asked = batch.map(({ movement, decision }) => ({
    fundId: movement.fundId,
    currency: movement.currency,
    direction: movement.direction,
    category: decision.category,
    counterpartyKey: movement.counterpartyKey,
  }));
  const { rows } = await client.query<Row>(LOAD, [
    tenantId,
    JSON.stringify(asked),
    first.movement.position,
  ]);
  for (const { category, ...row } of rows) {
    history.remember({ ...row, amountMinor: BigInt(row.amountMinor) }, category);
  }
  return history;
}
