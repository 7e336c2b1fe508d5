import { formatAmount } from "@allfunds/contract/money";
import type { Movement } from "../movements/movement.ts";
import type { History } from "./history.ts";
import type { Finding } from "./insight.ts";
import { isPaymentToSomebody } from "./past-movement.ts";
import { quantile } from "./robust-score.ts";

const LEAST_OUTFLOWS = 20;
const LARGE_SHARE = 0.9;

/** A first payment to somebody that is among the largest the fund makes. */
export function findNewCounterparty(movement: Movement, history: History): Finding | undefined {
  if (!isPaymentToSomebody(movement)) return undefined;
  const outflows = history.outflows(movement);
  if (outflows.length < LEAST_OUTFLOWS || history.knowsPayee(movement)) return undefined;
  const large = quantile(outflows, LARGE_SHARE);
  const amountMinor = Number(movement.amountMinor);
  if (amountMinor < large) return undefined;
  const { currency } = movement;
  const amount = formatAmount(movement.amountMinor, currency);
  const payee = movement.counterparty ?? movement.counterpartyKey;
  return {
    kind: "NEW_COUNTERPARTY",
    fundId: movement.fundId,
    transactionId: movement.transactionId,
    effectiveDate: movement.effectiveDate,
    message: `First payment to "${payee}", and a large one: ${amount} ${currency}.`,
    score: amountMinor / Math.max(large, 1),
    evidence: [
      { name: "counterparty", value: payee },
      { name: "amount", value: amount },
      { name: "largeFrom", value: formatAmount(BigInt(Math.round(large)), currency) },
      { name: "earlierPayments", value: String(outflows.length) },
    ],
  };
}
