export { callerFromClaims, OWN_CLAIMS } from "./map-claims.ts";
export {
  ClientCredentials,
  type ClientCredentialsOptions,
  type Grant,
} from "./client-credentials.ts";
export { revocationKeys } from "./revocations.ts";
export { authenticate, bearerToken, contextFromToken } from "./context-from-token.ts";
export {
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
} from "./token-verifier.ts";
