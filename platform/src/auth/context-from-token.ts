import { requestFromHeaders, type HeaderValues, type RequestContext } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Caller } from "./caller.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** The request context of a verified caller: tenant, actor and scopes come from the token and nowhere else. */
export function contextFromToken(
  caller: Caller,
  headers: HeaderValues,
  now: Date,
): RequestContext & { readonly caller: Caller } {
  return {
    tenantId: caller.tenantId,
    actor: caller.subject,
    scopes: caller.scopes,
    caller,
    ...requestFromHeaders(headers, now),
  };
}

const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** The token of an `Authorization: Bearer` header. Throws UNAUTHENTICATED when there is none. */
export function bearerToken(headers: HeaderValues): string {
  const header = headers["authorization"];
  const token = typeof header === "string" ? BEARER.exec(header)?.[1] : undefined;
  if (token === undefined) {
    throw new AppError("UNAUTHENTICATED", "Send an access token: Authorization: Bearer <token>.");
  }
  return token;
}

/** Verifies the request's token and makes its context, in one step for the edge of a service. */
export async function authenticate(
  verifier: Pick<TokenVerifier, "verify">,
  headers: HeaderValues,
  now: Date = new Date(),
): Promise<RequestContext & { readonly caller: Caller }> {
  return contextFromToken(await verifier.verify(bearerToken(headers)), headers, now);
}
