import { seesFund } from "@allfunds/platform/auth";
import { isId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import type { Follower } from "@allfunds/platform/feed";
import type { FundEntity } from "./funds/fund-entity.ts";
import { fundNotFound } from "./funds/fund-not-found.ts";
import type { FundUpdates } from "./series/fund-updates.ts";

/** What every resolver gets. */
export interface MetricsContext {
  readonly request: RequestContext;
  readonly fundUpdates: FundUpdates;
  /**
   * Resolves once the figures include the fund's book position. Throws FUND_NOT_FOUND for a fund the
   * caller was not granted, and CONSISTENCY_TIMEOUT when the figures stay behind.
   */
  readonly awaitFund: (fund: FundEntity) => Promise<void>;
}

export const metricsContext =
  (follower: Pick<Follower, "waitFor">, fundUpdates: FundUpdates) =>
  (request: RequestContext): MetricsContext => ({
    request,
    fundUpdates,
    awaitFund: async ({ id: fundId, position }) => {
      if (!isId(fundId) || !seesFund(request, fundId)) throw fundNotFound();
      await follower.waitFor({ tenantId: request.tenantId, fundId }, position);
    },
  });
