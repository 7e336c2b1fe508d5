import type { DatabaseClient } from "@allfunds/platform/database";
import { CATEGORIES } from "../classification/taxonomy.ts";
import { amountsKey, History } from "./history.ts";
import { hasPayee, hasUsualAmounts, LONGEST_HISTORY } from "./past-movement.ts";
import type { ExaminedMovement } from "./past-movement.ts";

/** Whose history is read: a fund's, up to where the walk begins. */
interface Before {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
}

/** What was before a walk through movements of one fund. */
export async function loadHistory(
  client: DatabaseClient,
  before: Before,
  movements: readonly ExaminedMovement[],
): Promise<History> {
  const history = new History();
  await loadAmounts(client, before, movements, history);
  await loadOutflows(client, before, movements, history);
  await loadPayees(client, before, movements, history);
  return history;
}

interface AmountRow {
  readonly key: string;
  readonly amount: string;
}

const LOAD_AMOUNTS = `
  SELECT wanted.key, past.amount
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS wanted (key, currency, direction, category)
  CROSS JOIN LATERAL (
    SELECT position, amount_minor::text AS amount FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND currency = wanted.currency AND direction = wanted.direction
      AND category = wanted.category AND position < $7
    ORDER BY position DESC LIMIT ${LONGEST_HISTORY}) past
  ORDER BY wanted.key, past.position`;

/** What movements of the same category, direction and currency amounted to. */
async function loadAmounts(
  client: DatabaseClient,
  { tenantId, fundId, position }: Before,
  movements: readonly ExaminedMovement[],
  history: History,
): Promise<void> {
  const wanted = new Map(
    movements.filter(hasUsualAmounts).map((movement) => [amountsKey(movement), movement]),
  );
  if (wanted.size === 0) return;
  const { rows } = await client.query<AmountRow>(LOAD_AMOUNTS, [
    tenantId,
    fundId,
    [...wanted.keys()],
    [...wanted.values()].map(({ currency }) => currency),
    [...wanted.values()].map(({ direction }) => direction),
    [...wanted.values()].map(({ category }) => category),
    position,
  ]);
  for (const { key, amount } of rows) history.addAmount(key, Number(amount));
}

// Through the index by category, a few rows of each: payments in a rare currency may lie far back.
const LOAD_OUTFLOWS = `
  SELECT wanted.currency AS key, past.amount
  FROM unnest($3::text[]) AS wanted (currency)
  CROSS JOIN LATERAL (
    SELECT latest.position, latest.amount
    FROM unnest($4::text[]) AS of (category)
    CROSS JOIN LATERAL (
      SELECT position, amount_minor::text AS amount FROM movement
      WHERE tenant_id = $1 AND fund_id = $2 AND currency = wanted.currency AND direction = 'OUT'
        AND category = of.category AND position < $5
      ORDER BY position DESC LIMIT ${LONGEST_HISTORY}) latest
    ORDER BY latest.position DESC LIMIT ${LONGEST_HISTORY}) past
  ORDER BY wanted.currency, past.position`;

const EVERY_CATEGORY = CATEGORIES.map(({ code }) => code);

/** What the fund paid in the same currency. */
async function loadOutflows(
  client: DatabaseClient,
  { tenantId, fundId, position }: Before,
  movements: readonly ExaminedMovement[],
  history: History,
): Promise<void> {
  const currencies = new Set(movements.map(({ currency }) => currency));
  const parameters = [tenantId, fundId, [...currencies], EVERY_CATEGORY, position];
  const { rows } = await client.query<AmountRow>(LOAD_OUTFLOWS, parameters);
  for (const { key, amount } of rows) history.addOutflow(key, Number(amount));
}

const LOAD_PAYEES = `
  SELECT wanted.payee, past."transactionId", past."effectiveDate", past.amount, past.currency, past.reference,
    past.direction
  FROM unnest($3::text[]) AS wanted (payee)
  CROSS JOIN LATERAL (
    SELECT latest.* FROM (VALUES ('IN'), ('OUT')) AS either (direction)
    CROSS JOIN LATERAL (
      SELECT position, transaction_id AS "transactionId", effective_date::text AS "effectiveDate",
        amount_minor::text AS amount, currency, reference, direction
      FROM movement
      WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = wanted.payee
        AND direction = either.direction AND position < $4
      ORDER BY position DESC LIMIT ${LONGEST_HISTORY}) latest) past
  ORDER BY wanted.payee, past.position`;

interface PaymentRow {
  readonly payee: string;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly amount: string;
  readonly currency: string;
  readonly reference: string | null;
  readonly direction: "IN" | "OUT";
}

/** The latest movements with each payer and payee. */
async function loadPayees(
  client: DatabaseClient,
  { tenantId, fundId, position }: Before,
  movements: readonly ExaminedMovement[],
  history: History,
): Promise<void> {
  const payees = new Set(movements.filter(hasPayee).map(({ counterpartyKey }) => counterpartyKey));
  if (payees.size === 0) return;
  const parameters = [tenantId, fundId, [...payees], position];
  const { rows } = await client.query<PaymentRow>(LOAD_PAYEES, parameters);
  for (const { payee, amount, ...payment } of rows) {
    history.addPayment(payee, { ...payment, amountMinor: BigInt(amount) });
  }
}
