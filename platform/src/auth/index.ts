export {
  authenticationShape,
  createAuthentication,
  issuerOf,
  OPEN_TO_ALL,
  type Authentication,
  type AuthenticationConfig,
} from "./authentication.ts";
export { tokenOf } from "./context-from-token.ts";
export * from "@allfunds/contract/caller";
export {
  authenticateChallenge,
  authenticateHeaders,
  requireCaller,
  requireScope,
  requireStepUp,
} from "./require.ts";
export { forwardingHeaders, type Coming } from "./possession.ts";
export { PROOF_ALGORITHMS } from "./proof.ts";
export { refuseRevoked, watchToken } from "./revocations.ts";
export type { ClaimMapping } from "@allfunds/contract/claims";
export type { TokenExchange } from "./token-exchange.ts";
