import { requireCaller, type Caller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { Origin } from "./origin.ts";

/** Who manages users and clients, for which tenant, from where, and when. */
export interface Manager {
  readonly tenantId: string;
  readonly actorId: string;
  readonly actorKind: "USER" | "CLIENT" | "SYSTEM";
  /** Of an API client: the user who made it. */
  readonly ownerId?: string | undefined;
  readonly factors: readonly string[];
  readonly scopes: readonly string[];
  readonly funds: Caller["funds"];
  readonly origin: Origin;
  readonly now: Date;
}

/** The caller of a request as a manager; whether they may manage is the rule of the operation. */
export function managerOf(request: RequestContext): Manager {
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
