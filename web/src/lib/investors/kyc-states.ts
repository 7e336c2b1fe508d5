import type { InvestorKind, KycState } from "../graph/graph-types.generated.ts";

export const KYC_STATES: readonly (readonly [KycState, string])[] = [
  ["PENDING", "Pending"],
  ["CLEARED", "Cleared"],
  ["EXPIRED", "Expired"],
  ["BLOCKED", "Blocked"],
];
export const INVESTOR_KINDS: readonly (readonly [InvestorKind, string])[] = [
  ["PERSON", "Person"],
  ["LEGAL_ENTITY", "Legal entity"],
];

export const kycName = (state: KycState): string =>
  KYC_STATES.find(([code]) => code === state)?.[1] ?? state;

/** The colour of a chip: who may subscribe has none. */
export function kycTone(state: KycState): "warn" | "bad" | undefined {
  if (state === "CLEARED") return undefined;
  return state === "BLOCKED" ? "bad" : "warn";
}
