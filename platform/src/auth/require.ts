import type { RequestContext } from "../context.ts";
import { AppError } from "@allfunds/contract/errors";
import { isId } from "../ids.ts";
import { ALL_FUNDS, MFA, type Caller } from "../caller.ts";

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

/** Whether the caller may see the fund. Treat a fund that it may not see as absent. */
export const maySeeFund = ({ funds }: Pick<Caller, "funds">, fundId: string): boolean =>
  funds === ALL_FUNDS || funds.includes(fundId);

/** The same for a request; without a caller (no token required) every fund is visible. */
export const seesFund = ({ caller }: Pick<RequestContext, "caller">, fundId: string): boolean =>
  caller === undefined || maySeeFund(caller, fundId);

/** The ids of the funds a request may see, for a query; null for every fund. */
export const grantedFunds = ({
  caller,
}: Pick<RequestContext, "caller">): readonly string[] | null =>
  caller === undefined || caller.funds === ALL_FUNDS ? null : caller.funds.filter(isId);

/**
 * The `WWW-Authenticate` challenge of a 401, by RFC 6750 and RFC 9470. A request without credentials gets no error
 * code: nothing of it was wrong (RFC 6750, section 3.1).
 */
export function authenticateChallenge(
  code: "UNAUTHENTICATED" | "STEP_UP_REQUIRED",
  authorization: string | undefined,
): string {
  if (code === "STEP_UP_REQUIRED") {
    return `Bearer error="insufficient_user_authentication", acr_values="${MFA}"`;
  }
  return authorization === undefined ? "Bearer" : 'Bearer error="invalid_token"';
}
