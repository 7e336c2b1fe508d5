import type { ReadAs } from "../feed/tenant-of-connection.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";
import { distinct } from "./before-batch.ts";
import type { Before } from "./before-batch.ts";
import type { History } from "./history.ts";
import { isPaymentToSomebody, LONGEST_MEMORY } from "./past-movement.ts";
import type { PastPayment } from "./payee-memory.ts";

// A payee with whom something was booked, but no payment, gives one row without one. The first
// one booked is asked for in the order of the index.
const LOAD_PAYEES = `
  SELECT asked.nth::int, past."transactionId", past."effectiveDate", past.amount, past.currency, past.reference
  FROM unnest($3::text[]) WITH ORDINALITY AS asked (payee, nth)
  CROSS JOIN LATERAL (
    SELECT FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = asked.payee AND position < $4
    ORDER BY direction, position LIMIT 1) known
  LEFT JOIN LATERAL (
    SELECT position, transaction_id AS "transactionId", effective_date::text AS "effectiveDate",
      amount_minor::text AS amount, currency, reference FROM movement
    WHERE tenant_id = $1 AND fund_id = $2 AND counterparty_key = asked.payee AND direction = 'OUT'
      AND position < $4
    ORDER BY position DESC LIMIT ${LONGEST_MEMORY}) past ON true
  ORDER BY asked.nth, past.position`;

interface PaymentRow extends Omit<PastPayment, "transactionId" | "amountMinor"> {
  readonly nth: number;
  readonly amount: string;
  readonly transactionId: string | null;
}

/** Who is known, and the latest payments to each. */
export async function loadPayees(
  read: ReadAs,
  { tenantId, fundId, position }: Before,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const missing = batch.filter(
    ({ movement }) => isPaymentToSomebody(movement) && !history.holdsPayee(movement),
  );
  const asked = distinct(missing, ({ movement }) => movement.counterpartyKey);
  if (asked.length === 0) return;
  const payees = asked.map(({ movement }) => movement.counterpartyKey);
  const { rows } = await (
    await read()
  ).query<PaymentRow>(LOAD_PAYEES, [tenantId, fundId, payees, position]);
  const known = Map.groupBy(rows, ({ nth }) => nth);
  for (const [index, { movement }] of asked.entries()) {
    const found = known.get(index + 1);
    history.holdPayee(movement, found !== undefined, (found ?? []).flatMap(toPayment));
  }
}

function toPayment({ transactionId, amount, ...row }: PaymentRow): PastPayment[] {
  if (transactionId === null) return [];
  const { effectiveDate, currency, reference } = row;
  return [{ transactionId, effectiveDate, currency, reference, amountMinor: BigInt(amount) }];
}
