import { requireCaller, type RequestContext } from "@allfunds/platform";
import type { Manager } from "../clients/manage-clients.ts";

export interface IdentityContext {
  readonly request: RequestContext;
}

/** Whoever manages users and clients; that they may is the rule of the operation. */
export function managerOf({ request }: IdentityContext): Manager {
  const caller = requireCaller(request);
  const { traceId, now, clientAddress } = request;
  return {
    tenantId: caller.tenantId,
    actorId: caller.subject,
    actorKind: caller.kind === "user" ? "USER" : "CLIENT",
    ownerId: caller.owner,
    factors: caller.amr,
    scopes: caller.scopes,
    funds: caller.funds,
    origin: { traceId, ip: clientAddress },
    now,
  };
}
