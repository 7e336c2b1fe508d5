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
 * Throws STEP_UP_REQUIRED unless the user signed in with two factors. A client has no factors: its
 * scopes alone say what it may do.
 */
export function requireStepUp(caller: Pick<Caller, "acr" | "kind">): void {
  if (caller.kind === "client" || caller.acr === MFA) return;
  throw new AppError("STEP_UP_REQUIRED", "Confirm with your second factor, then try again.");
}

/** Whether the caller may see the fund. A fund it may not see is to look like one that does not exist. */
export const maySeeFund = ({ funds }: Pick<Caller, "funds">, fundId: string): boolean =>
  funds === ALL_FUNDS || funds.includes(fundId);

/** The same of a request; where nobody is asked for a token, everybody sees every fund. */
export const seesFund = ({ caller }: Pick<RequestContext, "caller">, fundId: string): boolean =>
  caller === undefined || maySeeFund(caller, fundId);

/** The funds a request may see as a list for a query, null for every one. */
export const grantedFunds = ({
  caller,
}: Pick<RequestContext, "caller">): readonly string[] | null =>
  caller === undefined || caller.funds === ALL_FUNDS ? null : caller.funds.filter(isId);

/** The `WWW-Authenticate` challenge that goes with a 401, as RFC 6750 and RFC 9470 word it. */
export const authenticateChallenge = (code: "UNAUTHENTICATED" | "STEP_UP_REQUIRED"): string =>
  code === "STEP_UP_REQUIRED"
    ? `Bearer error="insufficient_user_authentication", acr_values="${MFA}"`
    : 'Bearer error="invalid_token"';
