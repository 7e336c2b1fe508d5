import type { ReadAs } from "../books/tenant-connection.ts";
import { CATEGORIES } from "../classification/taxonomy.ts";
import type { CategorisedMovement } from "../movements/movement.ts";
import type { History } from "./history.ts";
import { hasUsualAmounts, isPaymentToPayee, LONGEST_HISTORY } from "./past-movement.ts";
import type { PastPayment } from "./payee-cache.ts";

/** Whose history is read: a fund's, up to where the batch begins. */
interface Before {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
}

/** One of each key. */
const distinct = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/** Loads into the history what the walk through a batch needs. All movements are of one fund. */
export async function loadHistory(
  read: ReadAs,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const first = batch[0]?.movement;
  if (first === undefined) return;
  await loadAmounts(read, first, batch, history);
  await loadOutflows(read, first, batch, history);
  await loadPayees(read, first, batch, history);
}

interface AmountRow {
  readonly nth: number;
  readonly amount: string;
}

const LOAD_AMOUNTS = `
  SELECT wanted.nth::int, past.amount
  FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS wanted (currency, direction, category, nth)
  CROSS JOIN LATERAL (
    SELECT position, amount_minor::text AS amount FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND currency = wanted.currency AND direction = wanted.direction
      AND category = wanted.category AND position < $6
    ORDER BY position DESC LIMIT ${LONGEST_HISTORY}) past
  ORDER BY wanted.nth, past.position`;

/** What movements of the same category, direction and currency amounted to. */
async function loadAmounts(
  read: ReadAs,
  { tenantId, fundId, position }: Before,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const missing = batch.filter(
    ({ movement, decision: { category } }) =>
      hasUsualAmounts(movement, category) && !history.holdsAmounts(movement, category),
  );
  const wanted = distinct(
    missing,
    ({ movement, decision }) => `${movement.currency}|${movement.direction}|${decision.category}`,
  );
  if (wanted.length === 0) return;
  const { rows } = await (
    await read()
  ).query<AmountRow>(LOAD_AMOUNTS, [
    tenantId,
    fundId,
    wanted.map(({ movement }) => movement.currency),
    wanted.map(({ movement }) => movement.direction),
    wanted.map(({ decision }) => decision.category),
    position,
  ]);
  const amounts = amountsByOrdinal(rows);
  for (const [index, { movement, decision }] of wanted.entries()) {
    history.holdAmounts(movement, decision.category, amounts.get(index + 1) ?? []);
  }
}

// Through the index by category, a few rows of each: payments in a rare currency may lie far back.
const LOAD_OUTFLOWS = `
  SELECT wanted.nth::int, past.amount
  FROM unnest($3::text[]) WITH ORDINALITY AS wanted (currency, nth)
  CROSS JOIN LATERAL (
    SELECT latest.position, latest.amount
    FROM unnest($4::text[]) AS of (category)
    CROSS JOIN LATERAL (
      SELECT position, amount_minor::text AS amount FROM movement
      WHERE tenant_id = $1 AND fund_id = $2 AND currency = wanted.currency AND direction = 'OUT'
        AND category = of.category AND position < $5
      ORDER BY position DESC LIMIT ${LONGEST_HISTORY}) latest
    ORDER BY latest.position DESC LIMIT ${LONGEST_HISTORY}) past
  ORDER BY wanted.nth, past.position`;

const EVERY_CATEGORY = CATEGORIES.map(({ code }) => code);

/** What the fund paid in the same currency. */
async function loadOutflows(
  read: ReadAs,
  { tenantId, fundId, position }: Before,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const missing = batch.filter(
    ({ movement }) => isPaymentToPayee(movement) && !history.holdsOutflows(movement),
  );
  const wanted = distinct(missing, ({ movement }) => movement.currency);
  if (wanted.length === 0) return;
  const { rows } = await (
    await read()
  ).query<AmountRow>(LOAD_OUTFLOWS, [
    tenantId,
    fundId,
    wanted.map(({ movement }) => movement.currency),
    EVERY_CATEGORY,
    position,
  ]);
  const amounts = amountsByOrdinal(rows);
  for (const [index, { movement }] of wanted.entries()) {
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

// A payee with whom something was booked, but no payment, gives one row without one. The first
// one booked is read in the order of the index.
const LOAD_PAYEES = `
  SELECT wanted.nth::int, past."transactionId", past."effectiveDate", past.amount, past.currency, past.reference
  FROM unnest($3::text[]) WITH ORDINALITY AS wanted (payee, nth)
  CROSS JOIN LATERAL (
    SELECT FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = wanted.payee AND position < $4
    ORDER BY direction, position LIMIT 1) booked
  LEFT JOIN LATERAL (
    SELECT position, transaction_id AS "transactionId", effective_date::text AS "effectiveDate",
      amount_minor::text AS amount, currency, reference FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = wanted.payee AND direction = 'OUT'
      AND position < $4
    ORDER BY position DESC LIMIT ${LONGEST_HISTORY}) past ON true
  ORDER BY wanted.nth, past.position`;

interface PaymentRow extends Omit<PastPayment, "transactionId" | "amountMinor"> {
  readonly nth: number;
  readonly amount: string;
  readonly transactionId: string | null;
}

/** Which payees exist, and the latest payments to each. */
async function loadPayees(
  read: ReadAs,
  { tenantId, fundId, position }: Before,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const missing = batch.filter(
    ({ movement }) => isPaymentToPayee(movement) && !history.holdsPayee(movement),
  );
  const wanted = distinct(missing, ({ movement }) => movement.counterpartyKey);
  if (wanted.length === 0) return;
  const payees = wanted.map(({ movement }) => movement.counterpartyKey);
  const { rows } = await (
    await read()
  ).query<PaymentRow>(LOAD_PAYEES, [tenantId, fundId, payees, position]);
  const byPayee = Map.groupBy(rows, ({ nth }) => nth);
  for (const [index, { movement }] of wanted.entries()) {
    const found = byPayee.get(index + 1);
    history.holdPayee(movement, found !== undefined, (found ?? []).flatMap(toPayment));
  }
}

function toPayment({ transactionId, amount, ...row }: PaymentRow): PastPayment[] {
  if (transactionId === null) return [];
  const { effectiveDate, currency, reference } = row;
  return [{ transactionId, effectiveDate, currency, reference, amountMinor: BigInt(amount) }];
}
