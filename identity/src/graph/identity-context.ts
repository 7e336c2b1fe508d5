import { requireCaller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { BatchLoader } from "@allfunds/platform/graphql";
import type { Manager } from "../access/manager.ts";
import { readActors, type Actor } from "../actors/read-actors.ts";

export interface IdentityContext {
  readonly request: RequestContext;
  /** Of the caller's tenant; those of one request are one query. */
  readonly actors: BatchLoader<Actor>;
}

export const createIdentityContext = (pool: Pool, request: RequestContext): IdentityContext => ({
  request,
  actors: new BatchLoader((ids) => readActors(pool, requireCaller(request).tenantId, ids)),
});

/** Who has an id; an id that is nobody's, such as a service's own, has no name. */
export const findActor = async ({ actors }: IdentityContext, id: string): Promise<Actor> =>
  (await actors.load(id)) ?? { id, name: null, kind: null };

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
