import type { RequestContext } from "@allfunds/platform/context";
import type { Actors } from "../actors/actors.ts";

/** What resolvers receive with each request. */
export interface ResolverContext {
  readonly request: RequestContext;
  readonly actors: Actors;
}
