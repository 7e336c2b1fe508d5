export { callerFromClaims, OWN_CLAIMS } from "@allfunds/contract/claims";
export {
  ClientCredentials,
  type ClientCredentialsOptions,
  type Grant,
} from "./client-credentials.ts";
export { revocationKeys } from "./revocations.ts";
export { authenticate, contextFromToken, sentToken } from "./context-from-token.ts";
export { MemoryUsedProofs, ProofVerifier, type UsedProofs } from "./proof.ts";
export type { PossessionRules } from "./possession.ts";
export {
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
} from "./token-verifier.ts";
