import { formatAmount } from "@allfunds/contract/money";
import { categoryOf } from "../categories/taxonomy.ts";
import type { CategoryCode } from "../categories/taxonomy.ts";
import type { Movement } from "../movements/movement.ts";
import type { History } from "./history.ts";
import type { Finding } from "./insight.ts";
import { hasUsualAmounts } from "./past-movement.ts";
import { middleOf, robustScore } from "./robust-score.ts";

const LEAST_OBSERVATIONS = 12;
/** Payments are skewed: the textbook bar of 3.5 would flag about one in twelve. */
const UNUSUAL_ABOVE = 6;

/** An amount far from what the fund's earlier movements of the same category were. */
export function findUnusualAmount(
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
