import { formatAmount } from "@allfunds/contract/money";
import { categoryOf } from "../classification/taxonomy.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import type { History } from "../history/history.ts";
import { hasUsualAmounts, isPaymentToPayee } from "../history/past-movement.ts";
import type { PastPayment } from "../history/payee-cache.ts";
import { middleOf, quantile, robustScore } from "../history/robust-score.ts";
import type { CategorisedMovement, Movement } from "../movements/movement.ts";
import type { Finding } from "./insight.ts";

/** Walks a fund's movements in order, each compared with what came before it; `history` grows on the way. */
export function findInsights(batch: readonly CategorisedMovement[], history: History): Finding[] {
  return batch.flatMap(({ movement, decision: { category } }) => {
    const found = [
      findUnusualAmount(movement, category, history),
      findNewCounterparty(movement, history),
      findDuplicate(movement, category, history),
    ];
    history.add(movement, category);
    return found.filter((each) => each !== undefined);
  });
}

const LEAST_OBSERVATIONS = 12;
/** Payments are skewed: the textbook bar of 3.5 would flag about one in twelve. */
const UNUSUAL_ABOVE = 6;

/** An amount far from what the fund's earlier movements of the same category were. */
function findUnusualAmount(
  movement: Movement,
  category: CategoryCode,
  history: History,
): Finding | undefined {
  if (!hasUsualAmounts(movement, category)) return undefined;
  const earlier = history.amounts(movement, category);
  if (earlier.length < LEAST_OBSERVATIONS) return undefined;
  const score = robustScore(Number(movement.amountMinor), earlier);
  if (score <= UNUSUAL_ABOVE) return undefined;
  const { currency } = movement;
  const usual = formatAmount(BigInt(Math.round(middleOf(earlier))), currency);
  const amount = formatAmount(movement.amountMinor, currency);
  return {
    kind: "UNUSUAL_AMOUNT",
    fundId: movement.fundId,
    transactionId: movement.transactionId,
    effectiveDate: movement.effectiveDate,
    message: `${amount} ${currency} is unusual for ${categoryOf(category).name.toLowerCase()}: the middle of ${earlier.length} earlier ones is ${usual} ${currency}.`,
    score,
    evidence: [
      { name: "category", value: category },
      { name: "amount", value: amount },
      { name: "median", value: usual },
      { name: "observations", value: String(earlier.length) },
      { name: "robustScore", value: score.toFixed(2) },
    ],
  };
}

const LEAST_OUTFLOWS = 20;
const LARGE_SHARE = 0.9;

/** A first payment to a payee that is among the largest the fund makes. */
function findNewCounterparty(movement: Movement, history: History): Finding | undefined {
  if (!isPaymentToPayee(movement)) return undefined;
  const outflows = history.outflows(movement);
  if (outflows.length < LEAST_OUTFLOWS || history.hasPayee(movement)) return undefined;
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

const WITHIN_DAYS = 3;
const DAY_MS = 86_400_000;

/** That many equal payments in a few days are how this payee is paid: a series, not a mistake. */
const HABIT = 3;

/** Equal small amounts to the same payee are the rule here, not a mistake. */
const OFTEN_EQUAL: ReadonlySet<CategoryCode> = new Set(["BANK_CHARGES", "FX", "OWN_TRANSFER"]);

/** A payment that looks like one made to the same payee a moment ago. */
function findDuplicate(
  movement: Movement,
  category: CategoryCode,
  history: History,
): Finding | undefined {
  if (!isPaymentToPayee(movement) || OFTEN_EQUAL.has(category)) return undefined;
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

/** The latest payments of the same amount in a few days, latest first; no more than make a habit. */
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
