import { requestFromHeaders, type HeaderValues, type RequestContext } from "../context.ts";
import { AppError } from "@allfunds/contract/errors";
import { isId } from "../ids.ts";
import { EVERY_TENANT, type Caller } from "../caller.ts";
import type { TokenVerifier } from "./token-verifier.ts";

/** The request context of a verified caller: tenant, actor and scopes come only from the token. */
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

/** Beside the context instead of in it, so that no log line, job or answer can show a token. */
const tokens = new WeakMap<Caller, string>();

/** The caller's own token, to call the graph on its behalf; absent when no token was required. */
export const tokenOf = ({ caller }: Pick<RequestContext, "caller">): string | undefined =>
  caller === undefined ? undefined : tokens.get(caller);

/** Verifies the request's token and creates its context. */
export async function authenticate(
  verifier: Pick<TokenVerifier, "verify">,
  headers: HeaderValues,
  now: Date = new Date(),
): Promise<RequestContext & { readonly caller: Caller }> {
  const token = bearerToken(headers);
  const caller = await verifier.verify(token);
  requireTenantId(caller);
  tokens.set(caller, token);
  return contextFromToken(caller, headers, now);
}

/** Stored data belongs to tenants by UUID, so a token with any other tenant id is not valid here. */
function requireTenantId({ tenantId, kind }: Caller): void {
  if (isId(tenantId) || (tenantId === EVERY_TENANT && kind === "client")) return;
  throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
    detail: `${tenantId} is not a tenant id`,
  });
}
