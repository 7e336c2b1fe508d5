import { formatAmount } from "@allfunds/contract/money";
import { categoryOf } from "../classification/taxonomy.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import type { History } from "../history/history.ts";
import { hasPayee, hasUsualAmounts } from "../history/past-movement.ts";
import type { ExaminedMovement, PastPayment } from "../history/past-movement.ts";
import { logScore, middleOf, quantile, robustScore } from "../history/robust-score.ts";
import type { Evidence, Finding, InsightKind } from "./insight.ts";

/** What a walk through movements finds; other insights are of series or of the fund. */
export const MOVEMENT_KINDS: readonly InsightKind[] = [
  "UNUSUAL_AMOUNT",
  "NEW_COUNTERPARTY",
  "POSSIBLE_DUPLICATE",
  "UNFLAGGED_REVERSAL",
];

/** Walks a fund's movements in order, each compared with what came before it; `history` grows on the way. */
export function findInsights(movements: readonly ExaminedMovement[], history: History): Finding[] {
  return movements.flatMap((movement) => {
    const found = [
      findUnusualAmount(movement, history),
      findNewCounterparty(movement, history),
      findDuplicate(movement, history),
      findReturn(movement, history),
    ];
    history.add(movement);
    return found.filter((each) => each !== undefined);
  });
}

const LEAST_OBSERVATIONS = 12;
const LEAST_EARLY_OBSERVATIONS = 4;
/** Payments are skewed: the textbook bar of 3.5 would flag about one in twelve. */
const UNUSUAL_ABOVE = 6;
const VERY_UNUSUAL_ABOVE = 20;
/** Few amounts are judged by logarithms, with a spread that the fund's payments are the prior of. */
const EARLY_UNUSUAL_ABOVE = 3.5;

interface Unusual {
  readonly score: number;
  readonly method: string;
}

/** An amount far from what the fund's earlier movements of the same category were. */
function findUnusualAmount(movement: ExaminedMovement, history: History): Finding | undefined {
  if (!hasUsualAmounts(movement)) return undefined;
  const earlier = history.amounts(movement);
  const unusual = judgeAmount(Number(movement.amountMinor), earlier, history.outflows(movement));
  if (unusual === undefined) return undefined;
  const { currency, category } = movement;
  const usual = formatAmount(BigInt(Math.round(middleOf(earlier))), currency);
  const amount = formatAmount(movement.amountMinor, currency);
  return {
    ...about(movement),
    kind: "UNUSUAL_AMOUNT",
    severity: unusual.score > VERY_UNUSUAL_ABOVE ? "HIGH" : "MEDIUM",
    message: `${amount} ${currency} is unusual for ${categoryOf(category).name.toLowerCase()}: the middle of ${earlier.length} earlier ones is ${usual} ${currency}.`,
    score: unusual.score,
    evidence: [
      { name: "category", value: category },
      { name: "amount", value: amount },
      { name: "median", value: usual },
      { name: "observations", value: String(earlier.length) },
      { name: unusual.method, value: unusual.score.toFixed(2) },
      { name: "currency", value: currency },
    ],
  };
}

function judgeAmount(
  amount: number,
  earlier: readonly number[],
  outflows: readonly number[],
): Unusual | undefined {
  if (earlier.length < LEAST_EARLY_OBSERVATIONS) return undefined;
  if (earlier.length >= LEAST_OBSERVATIONS) {
    const score = robustScore(amount, earlier);
    return score > UNUSUAL_ABOVE ? { score, method: "robustScore" } : undefined;
  }
  const score = logScore(amount, earlier, outflows);
  return score > EARLY_UNUSUAL_ABOVE ? { score, method: "logScore" } : undefined;
}

const about = ({ fundId, transactionId, effectiveDate }: ExaminedMovement) => ({
  fundId,
  transactionId,
  transactionIds: [transactionId],
  effectiveDate,
});

const LEAST_OUTFLOWS = 20;
const LARGE_SHARE = 0.9;

/** A first payment to a payee that is among the largest the fund makes. */
function findNewCounterparty(movement: ExaminedMovement, history: History): Finding | undefined {
  if (!hasPayee(movement) || movement.direction !== "OUT") return undefined;
  const outflows = history.outflows(movement);
  if (outflows.length < LEAST_OUTFLOWS || history.payments(movement).length > 0) return undefined;
  const large = quantile(outflows, LARGE_SHARE);
  const amountMinor = Number(movement.amountMinor);
  if (amountMinor < large) return undefined;
  const { currency } = movement;
  const amount = formatAmount(movement.amountMinor, currency);
  const payee = nameOf(movement);
  return {
    ...about(movement),
    kind: "NEW_COUNTERPARTY",
    severity: amountMinor >= 3 * large ? "HIGH" : "MEDIUM",
    message: `First payment to "${payee}", and a large one: ${amount} ${currency}.`,
    score: amountMinor / Math.max(large, 1),
    evidence: [
      { name: "counterparty", value: payee },
      { name: "amount", value: amount },
      { name: "largeFrom", value: formatAmount(BigInt(Math.round(large)), currency) },
      { name: "earlierPayments", value: String(outflows.length) },
      { name: "currency", value: currency },
    ],
  };
}

const nameOf = ({ counterparty, counterpartyKey }: ExaminedMovement): string =>
  counterparty ?? counterpartyKey;

/** What a sentence about a movement names besides its figures. */
const partiesOf = (movement: ExaminedMovement): Evidence[] => [
  { name: "counterparty", value: nameOf(movement) },
  { name: "direction", value: movement.direction },
  { name: "currency", value: movement.currency },
];

const WITHIN_DAYS = 3;
const DAY_MS = 86_400_000;

/** That many equal payments in a few days are how this payee is paid: a series, not a mistake. */
const HABIT = 3;

/** Equal small amounts to the same payee are the rule here, not a mistake. */
const OFTEN_EQUAL: ReadonlySet<CategoryCode> = new Set(["BANK_CHARGES", "FX", "OWN_TRANSFER"]);

/** A payment that looks like one made to the same payee, or received from the same payer, a moment ago. */
function findDuplicate(movement: ExaminedMovement, history: History): Finding | undefined {
  if (!hasPayee(movement) || OFTEN_EQUAL.has(movement.category)) return undefined;
  const { direction, currency } = movement;
  const payments = history.payments(movement).filter((past) => past.direction === direction);
  const same = latestEqual(movement, payments, WITHIN_DAYS);
  const earlier = same[0];
  // Taken back and posted again it is one payment.
  if (earlier === undefined || same.length >= HABIT || isTakenBack(movement, same, history)) {
    return undefined;
  }
  if (same.length === 1 && comesInPairs(movement, payments)) return undefined;
  const days = daysBetween(earlier.effectiveDate, movement.effectiveDate);
  const sameReference = earlier.reference !== null && earlier.reference === movement.reference;
  const amount = formatAmount(movement.amountMinor, currency);
  const [preposition, done] = direction === "OUT" ? ["to", "paid"] : ["from", "received"];
  return {
    ...about(movement),
    transactionIds: [earlier.transactionId, movement.transactionId],
    kind: "POSSIBLE_DUPLICATE",
    severity: sameReference ? "HIGH" : "MEDIUM",
    message: `${amount} ${currency} ${preposition} "${nameOf(movement)}" was already ${done} on ${earlier.effectiveDate}.`,
    score: (sameReference ? 2 : 1) - days / 10,
    evidence: [
      { name: "earlierTransactionId", value: earlier.transactionId },
      { name: "earlierDate", value: earlier.effectiveDate },
      { name: "amount", value: amount },
      { name: "daysApart", value: String(days) },
      { name: "sameReference", value: String(sameReference) },
      ...partiesOf(movement),
    ],
  };
}

const PAIRS_OF_A_HABIT = 2;

/** Whether the latest times before, the amount was paid twice in a few days too: two contracts, no mistake. */
function comesInPairs(movement: ExaminedMovement, payments: readonly PastPayment[]): boolean {
  const days = payments
    .filter(
      (past) =>
        past.amountMinor === movement.amountMinor &&
        past.currency === movement.currency &&
        daysBetween(past.effectiveDate, movement.effectiveDate) > WITHIN_DAYS,
    )
    .map(({ effectiveDate }) => Date.parse(effectiveDate) / DAY_MS)
    .toSorted((a, b) => a - b);
  const times: number[] = [];
  for (const [index, day] of days.entries()) {
    const isNew = day - (days[index - 1] ?? Number.NEGATIVE_INFINITY) > WITHIN_DAYS;
    if (isNew) times.push(1);
    else times[times.length - 1] = (times.at(-1) ?? 0) + 1;
  }
  const latest = times.slice(-PAIRS_OF_A_HABIT);
  return latest.length === PAIRS_OF_A_HABIT && latest.every((count) => count === 2);
}

/** Whether as many equal amounts came back since as were paid. */
function isTakenBack(
  movement: ExaminedMovement,
  same: readonly PastPayment[],
  history: History,
): boolean {
  const back = history.payments(movement).filter((past) => past.direction !== movement.direction);
  return latestEqual(movement, back, WITHIN_DAYS).length >= same.length;
}

const RETURN_WITHIN_DAYS = 10;

/** The same amount back from the same payee: a reversal that is not marked as one, or a round trip. */
function findReturn(movement: ExaminedMovement, history: History): Finding | undefined {
  if (!hasPayee(movement) || OFTEN_EQUAL.has(movement.category)) return undefined;
  const { direction, currency } = movement;
  const payments = history.payments(movement);
  const out = latestEqual(
    movement,
    payments.filter((past) => past.direction !== direction),
    RETURN_WITHIN_DAYS,
  );
  const back = latestEqual(
    movement,
    payments.filter((past) => past.direction === direction),
    RETURN_WITHIN_DAYS,
  );
  // What has its return already, or goes to and fro all the time, is none.
  const [earlier] = out;
  if (earlier === undefined || out.length >= HABIT || back.length >= out.length) return undefined;
  const amount = formatAmount(movement.amountMinor, currency);
  const days = daysBetween(earlier.effectiveDate, movement.effectiveDate);
  const [did, how] = direction === "IN" ? ["came back from", "paid"] : ["went back to", "received"];
  return {
    ...about(movement),
    transactionIds: [earlier.transactionId, movement.transactionId],
    kind: "UNFLAGGED_REVERSAL",
    severity: "LOW",
    message: `${amount} ${currency} ${did} "${nameOf(movement)}" ${days} days after it was ${how}: a reversal that is not marked as one, or a round trip.`,
    score: 1 - days / (RETURN_WITHIN_DAYS + 1),
    evidence: [
      { name: "earlierTransactionId", value: earlier.transactionId },
      { name: "earlierDate", value: earlier.effectiveDate },
      { name: "amount", value: amount },
      { name: "daysApart", value: String(days) },
      ...partiesOf(movement),
    ],
  };
}

/** The latest payments of the same amount in so many days, latest first; no more than make a habit. */
function latestEqual(
  movement: ExaminedMovement,
  payments: readonly PastPayment[],
  withinDays: number,
): PastPayment[] {
  const same: PastPayment[] = [];
  for (let index = payments.length - 1; index >= 0 && same.length < HABIT; index -= 1) {
    const past = payments[index] as PastPayment;
    if (
      past.amountMinor === movement.amountMinor &&
      past.currency === movement.currency &&
      daysBetween(past.effectiveDate, movement.effectiveDate) <= withinDays
    ) {
      same.push(past);
    }
  }
  return same;
}

const daysBetween = (one: string, other: string): number =>
  Math.abs(Date.parse(one) - Date.parse(other)) / DAY_MS;
