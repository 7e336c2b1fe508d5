import { requireCaller, requireScope, requireStepUp } from "@allfunds/platform";
import type { Caller, RequestContext } from "@allfunds/platform";
import type { Manager } from "../clients/manage-clients.ts";

export interface IdentityContext {
  readonly request: RequestContext;
}

/** The caller, when the token carries the scope. */
export function callerWith({ request }: IdentityContext, scope: string): Caller {
  const caller = requireCaller(request);
  requireScope(caller, scope);
  return caller;
}

/** Whoever may manage users and clients: an administrator who showed two factors. */
export function managerOf(context: IdentityContext): Manager {
  const caller = callerWith(context, "admin");
  requireStepUp(caller);
  const { traceId, now, clientAddress } = context.request;
  return {
    tenantId: caller.tenantId,
    actorId: caller.subject,
    actorKind: caller.kind === "user" ? "USER" : "CLIENT",
    factors: caller.amr,
    scopes: caller.scopes,
    origin: { traceId, ip: clientAddress },
    now,
  };
}
