import { formatAmount } from "@allfunds/contract/money";
import type { CategoryCode } from "../categories/taxonomy.ts";
import type { Movement } from "../movements/movement.ts";
import type { History } from "./history.ts";
import type { Finding } from "./insight.ts";
import { isPaymentToSomebody } from "./past-movement.ts";
import type { PastPayment } from "./payee-memory.ts";

const WITHIN_DAYS = 3;
const DAY_MS = 86_400_000;

/** That many equal payments in a few days are how this payee is paid: a series, not a slip. */
const HABIT = 3;

/** Equal small amounts to the same payee are the rule here, not a mistake. */
const OFTEN_EQUAL: ReadonlySet<CategoryCode> = new Set(["BANK_CHARGES", "FX", "OWN_TRANSFER"]);

/** A payment that looks like one made to the same payee a moment ago. */
export function findDuplicate(
  movement: Movement,
  category: CategoryCode,
  history: History,
): Finding | undefined {
  if (!isPaymentToSomebody(movement) || OFTEN_EQUAL.has(category)) return undefined;
  const same = latestEqual(movement, history.payments(movement));
  const earlier = same[0];
  if (earlier === undefined || same.length >= HABIT) return undefined;
  const days = daysBetween(earlier.effectiveDate, movement.effectiveDate);
  const sameReference = earlier.reference !== null && earlier.reference === movement.reference;
  const amount = formatAmount(movement.amountMinor, movement.currency);
  return {
    kind: "POSSIBLE_DUPLICATE",
    fundId: movement.fundId,
    transactionId: movement.transactionId,
    effectiveDate: movement.effectiveDate,
    message: `${amount} ${movement.currency} to "${movement.counterparty ?? movement.counterpartyKey}" was already paid on ${earlier.effectiveDate}.`,
    score: (sameReference ? 2 : 1) - days / 10,
    evidence: [
      { name: "earlierTransactionId", value: earlier.transactionId },
      { name: "earlierDate", value: earlier.effectiveDate },
      { name: "amount", value: amount },
      { name: "daysApart", value: String(days) },
      { name: "sameReference", value: String(sameReference) },
    ],
  };
}

/** The latest payments of the same amount in a few days, latest first; no more than tell a habit. */
function latestEqual(movement: Movement, payments: readonly PastPayment[]): PastPayment[] {
  const same: PastPayment[] = [];
  for (let index = payments.length - 1; index >= 0 && same.length < HABIT; index -= 1) {
    const past = payments[index] as PastPayment;
    if (
      past.amountMinor === movement.amountMinor &&
      past.currency === movement.currency &&
      daysBetween(past.effectiveDate, movement.effectiveDate) <= WITHIN_DAYS
    ) {
      same.push(past);
    }
  }
  return same;
}

const daysBetween = (one: string, other: string): number =>
  Math.abs(Date.parse(one) - Date.parse(other)) / DAY_MS;
