import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { Actors } from "./actors/actors.ts";
import type { ResolverContext } from "./graph/resolver-context.ts";

/** Makes what a request carries to resolvers. */
export const createContext =
  (pool: Pool) =>
  (request: RequestContext): ResolverContext => ({ request, actors: new Actors(pool, request) });
