import type { RequestContext } from "@allfunds/platform/context";
import type { Follower } from "@allfunds/platform/feed";
import { createFundContext } from "@allfunds/platform/feed";
import type { FundContext } from "@allfunds/platform/feed";
import { computeFor, type ComputeContext } from "./compute/request-compute.ts";
import type { ComputePool } from "./compute/compute-pool.ts";
import type { FundUpdates } from "./feed/fund-updates.ts";

/** What resolvers receive with each request. */
export interface MetricsContext extends FundContext, ComputeContext {
  readonly fundUpdates: FundUpdates;
}

export interface ContextParts {
  readonly follower: Pick<Follower, "waitFor">;
  readonly fundUpdates: FundUpdates;
  readonly compute: Pick<ComputePool, "run">;
}

export const createContext =
  ({ follower, fundUpdates, compute }: ContextParts) =>
  (request: RequestContext): MetricsContext => ({
    ...createFundContext(follower, request),
    fundUpdates,
    compute: computeFor(compute, request),
  });
