import type { PlainKey } from "../language/messages.ts";
import type { InvestorKind, KycState } from "../graph/graph-types.generated.ts";

export const KYC_STATES: readonly (readonly [KycState, PlainKey])[] = [
  ["PENDING", "word.kyc.PENDING"],
  ["CLEARED", "word.kyc.CLEARED"],
  ["EXPIRED", "word.kyc.EXPIRED"],
  ["BLOCKED", "word.kyc.BLOCKED"],
];
export const INVESTOR_KINDS: readonly (readonly [InvestorKind, PlainKey])[] = [
  ["PERSON", "word.investor.PERSON"],
  ["LEGAL_ENTITY", "word.investor.LEGAL_ENTITY"],
];

export const kycName = (state: KycState): `word.kyc.${KycState}` => `word.kyc.${state}`;

/** The colour of a chip: who may subscribe has none. */
export function kycTone(state: KycState): "warn" | "bad" | undefined {
  if (state === "CLEARED") return undefined;
  return state === "BLOCKED" ? "bad" : "warn";
}
