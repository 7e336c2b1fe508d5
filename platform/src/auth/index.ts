export {
  authenticationShape,
  createAuthentication,
  issuerOf,
  OPEN_TO_ALL,
  type Authentication,
  type AuthenticationConfig,
} from "./authentication.ts";
export { tokenOf } from "./context-from-token.ts";
export { ALL_FUNDS, EVERY_TENANT, MFA, type Caller } from "../caller.ts";
export {
  authenticateChallenge,
  grantedFunds,
  maySeeFund,
  requireCaller,
  requireScope,
  requireStepUp,
  seesFund,
} from "./require.ts";
export { refuseRevoked } from "./revocations.ts";
export type { ClaimMapping } from "./map-claims.ts";
export type { TokenExchange } from "./token-exchange.ts";
