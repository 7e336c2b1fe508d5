import { CATEGORIES } from "../categories/taxonomy.ts";
import type { ReadAs } from "../feed/tenant-of-connection.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";
import { distinct } from "./before-batch.ts";
import type { Before } from "./before-batch.ts";
import type { History } from "./history.ts";
import { hasUsualAmounts, isPaymentToSomebody, LONGEST_MEMORY } from "./past-movement.ts";

interface AmountRow {
  readonly nth: number;
  readonly amount: string;
}

const LOAD_AMOUNTS = `
  SELECT asked.nth::int, past.amount
  FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS asked (currency, direction, category, nth)
  CROSS JOIN LATERAL (
    SELECT position, amount_minor::text AS amount FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND currency = asked.currency AND direction = asked.direction
      AND category = asked.category AND position < $6
    ORDER BY position DESC LIMIT ${LONGEST_MEMORY}) past
  ORDER BY asked.nth, past.position`;

/** What movements of the same category, direction and currency amounted to. */
export async function loadAmounts(
  read: ReadAs,
  { tenantId, fundId, position }: Before,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const missing = batch.filter(
    ({ movement, decision: { category } }) =>
      hasUsualAmounts(movement, category) && !history.holdsAmounts(movement, category),
  );
  const asked = distinct(
    missing,
    ({ movement, decision }) => `${movement.currency}|${movement.direction}|${decision.category}`,
  );
  if (asked.length === 0) return;
  const { rows } = await (
    await read()
  ).query<AmountRow>(LOAD_AMOUNTS, [
    tenantId,
    fundId,
    asked.map(({ movement }) => movement.currency),
    asked.map(({ movement }) => movement.direction),
    asked.map(({ decision }) => decision.category),
    position,
  ]);
  const amounts = amountsByOrdinal(rows);
  for (const [index, { movement, decision }] of asked.entries()) {
    history.holdAmounts(movement, decision.category, amounts.get(index + 1) ?? []);
  }
}

// Through the index by category, a few rows of each: payments in a rare currency may lie far back.
const LOAD_OUTFLOWS = `
  SELECT asked.nth::int, past.amount
  FROM unnest($3::text[]) WITH ORDINALITY AS asked (currency, nth)
  CROSS JOIN LATERAL (
    SELECT latest.position, latest.amount
    FROM unnest($4::text[]) AS of (category)
    CROSS JOIN LATERAL (
      SELECT position, amount_minor::text AS amount FROM movement
      WHERE tenant_id = $1 AND fund_id = $2 AND currency = asked.currency AND direction = 'OUT'
        AND category = of.category AND position < $5
      ORDER BY position DESC LIMIT ${LONGEST_MEMORY}) latest
    ORDER BY latest.position DESC LIMIT ${LONGEST_MEMORY}) past
  ORDER BY asked.nth, past.position`;

const EVERY_CATEGORY = CATEGORIES.map(({ code }) => code);

/** What the fund paid in the same currency. */
export async function loadOutflows(
  read: ReadAs,
  { tenantId, fundId, position }: Before,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const missing = batch.filter(
    ({ movement }) => isPaymentToSomebody(movement) && !history.holdsOutflows(movement),
  );
  const asked = distinct(missing, ({ movement }) => movement.currency);
  if (asked.length === 0) return;
  const { rows } = await (
    await read()
  ).query<AmountRow>(LOAD_OUTFLOWS, [
    tenantId,
    fundId,
    asked.map(({ movement }) => movement.currency),
    EVERY_CATEGORY,
    position,
  ]);
  const amounts = amountsByOrdinal(rows);
  for (const [index, { movement }] of asked.entries()) {
    history.holdOutflows(movement, amounts.get(index + 1) ?? []);
  }
}

function amountsByOrdinal(rows: readonly AmountRow[]): Map<number, number[]> {
  const amounts = new Map<number, number[]>();
  for (const { nth, amount } of rows) {
    const list = amounts.get(nth);
    if (list === undefined) amounts.set(nth, [Number(amount)]);
    else list.push(Number(amount));
  }
  return amounts;
}
