import type { CompensationKind, ValuationState } from "../graph/graph-types.generated.ts";

const STATES: Readonly<Record<ValuationState, string>> = {
  PREVIEW: "Preview",
  STALE: "Stale",
  PUBLISHED: "Published",
  SUPERSEDED: "Superseded",
  DISCARDED: "Discarded",
};

const CHECKS: ReadonlyMap<string, string> = new Map([
  ["PRICE_MISSING", "A position has no price"],
  ["PRICE_STALE", "A price is old"],
  ["PRICE_MOVED", "A price moved far"],
  ["RATE_MISSING", "A currency has no exchange rate"],
  ["RATE_STALE", "An exchange rate is old"],
  ["NAV_MOVED", "A NAV per unit moved far"],
  ["TRIAL_BALANCE", "Net assets are not what the classes own"],
  ["FOREIGN_RESULT", "A result stands in another currency than the fund's"],
  ["REGISTER", "Units in issue are not those of the holders"],
  ["CASH_UNRECONCILED", "Cash is not reconciled"],
  ["RESULT_UNALLOCATED", "A result waits for a class with net assets"],
]);

export const valuationStateName = (state: ValuationState): string => STATES[state];

/** The colour of a chip: only a published NAV has none. */
export function valuationTone(state: ValuationState): "warn" | "bad" | undefined {
  if (state === "PUBLISHED") return undefined;
  return state === "DISCARDED" || state === "SUPERSEDED" ? "bad" : "warn";
}

/** What a check found, as a sentence. A check that this app has no words for keeps its code. */
export const checkName = (kind: string): string => CHECKS.get(kind) ?? kind;

const COMPENSATIONS: Readonly<Record<CompensationKind, string>> = {
  UNITS: "The investor gets units",
  BY_MANAGER: "The manager pays the fund",
  TO_INVESTOR: "The fund pays the investor",
};

export const compensationName = (kind: CompensationKind): string => COMPENSATIONS[kind];

/** "MANAGEMENT" as "Management". */
export const feeName = (kind: string): string => kind.charAt(0) + kind.slice(1).toLowerCase();
