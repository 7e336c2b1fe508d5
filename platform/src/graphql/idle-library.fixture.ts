import "reflect-metadata";
import { Ctx, Query, Resolver, Root, Subscription } from "type-graphql";
import type { RequestContext } from "../context.ts";
import type { SubgraphDefinition } from "./build-subgraph.ts";
import { RequiresScopes } from "./requires.ts";

/** Yields two events, then waits until `return` is called. */
function twoEvents(): AsyncIterableIterator<string> {
  const events = ["one", "two"];
  let end: (() => void) | undefined;
  const done = { value: undefined, done: true as const };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => {
      const value = events.shift();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      return new Promise((resolve) => {
        end = () => resolve(done);
      });
    },
    return: () => {
      end?.();
      return Promise.resolve(done);
    },
  };
}

@Resolver()
class IdleLibraryResolver {
  @RequiresScopes("shelf:read")
  @Query(() => String)
  reader(@Ctx() { request }: { request: RequestContext }): string {
    return request.actor;
  }

  @RequiresScopes("shelf:read")
  @Subscription(() => String, { subscribe: twoEvents })
  shelfOpened(@Root() opened: string): string {
    return opened;
  }
}

/** A subgraph that returns the caller, with a subscription that never ends by itself. */
export const idleLibrary: SubgraphDefinition = {
  resolvers: [IdleLibraryResolver],
  referenceResolvers: {},
};
