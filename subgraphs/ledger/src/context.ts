import type { RequestContext } from "@allfunds/platform/context";
import { BatchLoader } from "@allfunds/platform/graphql";
import { grantsOf } from "@allfunds/platform/tenancy";
import { VisibleFacts } from "./graph/facts.ts";
import type { BatchRead, LedgerContext, SharedStores } from "./graph/ledger-context.ts";

/** What a request carries to resolvers. */
export function createContext(shared: SharedStores, request: RequestContext): LedgerContext {
  const funds = grantsOf(request);
  const [pool, orm] = [shared.pool.seeing(funds), shared.orm.seeing(funds)];
  const loaders = new Map<BatchRead<unknown>, BatchLoader<unknown>>();
  const context: LedgerContext = {
    request,
    stores: { ...shared, pool, orm },
    feed: shared.feed.through(pool, funds),
    jobQueues: shared.jobQueues,
    facts: new VisibleFacts(shared.facts, request),
    loader: <Value>(read: BatchRead<Value>) => {
      let loader = loaders.get(read) as BatchLoader<Value> | undefined;
      if (loader === undefined) {
        loader = new BatchLoader((ids) => read(context, ids));
        loaders.set(read, loader as BatchLoader<unknown>);
      }
      return loader;
    },
  };
  return context;
}
