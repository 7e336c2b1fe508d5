import type { RequestContext } from "../context.ts";
import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import { MFA, type Caller } from "@allfunds/contract/caller";
import { PROOF_ALGORITHMS, ProofRefusal } from "./proof.ts";

/** The caller of a request. Throws UNAUTHENTICATED when the request came without a token. */
export function requireCaller({ caller }: Pick<RequestContext, "caller">): Caller {
  if (caller !== undefined) return caller;
  throw new AppError("UNAUTHENTICATED", "Sign in first.");
}

/** Throws FORBIDDEN unless the token carries the scope. */
export function requireScope(caller: Pick<Caller, "scopes">, scope: string): void {
  if (caller.scopes.includes(scope)) return;
  throw new AppError("FORBIDDEN", `This needs the scope ${scope}.`);
}

/**
 * Throws STEP_UP_REQUIRED unless the user signed in with two factors. A client has no factors, so only
 * its scopes limit it.
 */
export function requireStepUp(caller: Pick<Caller, "acr" | "kind">): void {
  if (caller.kind === "client" || caller.acr === MFA) return;
  throw new AppError("STEP_UP_REQUIRED", "Confirm with your second factor, then try again.");
}

/**
 * The `WWW-Authenticate` challenge of a 401, by RFC 6750 and RFC 9470. A request without credentials gets no error
 * code: nothing of it was wrong (RFC 6750, section 3.1).
 */
export function authenticateChallenge(
  code: "UNAUTHENTICATED" | "STEP_UP_REQUIRED",
  authorization: string | undefined,
): string {
  const scheme = isBound(authorization) ? "DPoP" : "Bearer";
  if (code === "STEP_UP_REQUIRED") {
    return `${scheme} error="insufficient_user_authentication", acr_values="${MFA}"`;
  }
  if (authorization === undefined) return "Bearer";
  return scheme === "DPoP" ? proofChallenge("invalid_token") : 'Bearer error="invalid_token"';
}

const isBound = (authorization: string | undefined): boolean =>
  authorization !== undefined && /^DPoP /i.test(authorization);

/** RFC 9449, section 7.1. */
const proofChallenge = (error: string): string =>
  `DPoP error="${error}", algs="${PROOF_ALGORITHMS.join(" ")}"`;

/** The headers of a refusal that requires authentication; none for any other. */
export function authenticateHeaders(
  error: AppError,
  authorization: string | undefined,
): Readonly<Record<string, string>> {
  if (error instanceof ProofRefusal) {
    return {
      "www-authenticate": proofChallenge(error.error),
      ...(error.nonce === undefined ? {} : { "dpop-nonce": error.nonce }),
    };
  }
  const { code } = error;
  if (!needsAuthentication(code)) return {};
  return { "www-authenticate": authenticateChallenge(code, authorization) };
}

const needsAuthentication = (code: ErrorCode): code is "UNAUTHENTICATED" | "STEP_UP_REQUIRED" =>
  code === "UNAUTHENTICATED" || code === "STEP_UP_REQUIRED";
