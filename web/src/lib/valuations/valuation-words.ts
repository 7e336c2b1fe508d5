import type { PlainKey, Translate } from "../language/messages.ts";
import type { CompensationKind, ValuationState } from "../graph/graph-types.generated.ts";

const CHECKS: readonly string[] = [
  "PRICE_MISSING",
  "PRICE_STALE",
  "PRICE_MOVED",
  "RATE_MISSING",
  "RATE_STALE",
  "NAV_MOVED",
  "TRIAL_BALANCE",
  "FOREIGN_RESULT",
  "REGISTER",
  "NAV_ROUNDED_TO_ZERO",
  "CASH_UNRECONCILED",
  "RESULT_UNALLOCATED",
];

/** The name of a state of valuations, as a key of the catalogue. */
export const valuationStateName = (state: ValuationState): `word.valuation.${ValuationState}` =>
  `word.valuation.${state}`;

/** The colour of a chip: only a published NAV has none. */
export function valuationTone(state: ValuationState): "warn" | "bad" | undefined {
  if (state === "PUBLISHED") return undefined;
  return state === "DISCARDED" || state === "SUPERSEDED" ? "bad" : "warn";
}

/** What a check found, as a sentence. A check that this app has no words for keeps its code. */
export const checkName = (kind: string, t: Translate): string =>
  CHECKS.includes(kind) ? t(`word.check.${kind}` as PlainKey) : kind;

/** The name of a kind of compensation, as a key of the catalogue. */
export const compensationName = (kind: CompensationKind): `word.compensation.${CompensationKind}` =>
  `word.compensation.${kind}`;

const FEES = ["MANAGEMENT", "ADMINISTRATION", "CUSTODY", "PERFORMANCE"];

/** The name of a fee; one that this app has no words for has its own, as "Depositary". */
export const feeName = (kind: string, t: Translate): string =>
  FEES.includes(kind)
    ? t(`word.fee.${kind}` as PlainKey)
    : kind.charAt(0) + kind.slice(1).toLowerCase();
