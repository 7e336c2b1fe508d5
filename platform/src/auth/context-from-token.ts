import { requestFromHeaders, type HeaderValues, type RequestContext } from "../context.ts";
import { AppError } from "@allfunds/contract/errors";
import { isId } from "../ids.ts";
import { EVERY_TENANT, type Caller } from "@allfunds/contract/caller";
import {
  prepareForwarding,
  requirePossession,
  type Coming,
  type PossessionRules,
  type SentToken,
} from "./possession.ts";

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

const CREDENTIALS = /^(Bearer|DPoP) +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** The token of an `Authorization` header: `Bearer`, or `DPoP` for one that is bound to a key. Throws UNAUTHENTICATED when there is none. */
export function sentToken(headers: HeaderValues): SentToken {
  const header = headers["authorization"];
  const [, scheme = "", token] = (typeof header === "string" && CREDENTIALS.exec(header)) || [];
  if (token === undefined) {
    throw new AppError("UNAUTHENTICATED", "Send an access token: Authorization: Bearer <token>.");
  }
  return { scheme: scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", token };
}

/** Beside the context instead of in it, so that no log line, job or answer can show a token. */
const tokens = new WeakMap<Caller, string>();

/** The caller's own token, to call the graph on its behalf; absent when no token was required. */
export const tokenOf = ({ caller }: Pick<RequestContext, "caller">): string | undefined =>
  caller === undefined ? undefined : tokens.get(caller);

/** Verifies the request's token, and who holds it, and creates its context. */
export async function authenticate(
  rules: PossessionRules,
  headers: HeaderValues,
  coming?: Coming,
): Promise<RequestContext & { readonly caller: Caller }> {
  const sent = sentToken(headers);
  const caller = await rules.verifier.verify(sent.token);
  requireTenantId(caller);
  await requirePossession(caller, sent, headers, coming, rules);
  await prepareForwarding(caller, rules);
  tokens.set(caller, sent.token);
  return contextFromToken(caller, headers, new Date());
}

/** Stored data belongs to tenants by UUID, so a token with any other tenant id is not valid here. */
function requireTenantId({ tenantId, kind }: Caller): void {
  if (isId(tenantId) || (tenantId === EVERY_TENANT && kind === "client")) return;
  throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
    detail: `${tenantId} is not a tenant id`,
  });
}
