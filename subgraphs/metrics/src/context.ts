import type { RequestContext } from "@allfunds/platform/context";
import type { Follower } from "@allfunds/platform/feed";
import { createFundContext } from "@allfunds/platform/feed";
import type { FundContext } from "@allfunds/platform/feed";
import type { FundUpdates } from "./feed/fund-updates.ts";

/** What resolvers receive with each request. */
export interface MetricsContext extends FundContext {
  readonly fundUpdates: FundUpdates;
}

export const createContext =
  (follower: Pick<Follower, "waitFor">, fundUpdates: FundUpdates) =>
  (request: RequestContext): MetricsContext => ({
    ...createFundContext(follower, request),
    fundUpdates,
  });
