import { AppError } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import { isId } from "@allfunds/platform/ids";
import type { RequestContext } from "@allfunds/platform/context";
import type { Follower } from "@allfunds/platform/feed";
import type { FundEntity } from "./entities.ts";

/** What a resolver of a fund's or an account's figures receives. */
export interface FundContext {
  readonly request: RequestContext;
  /**
   * Resolves once the figures include the fund's book position. Throws FUND_NOT_FOUND for a fund the
   * caller was not granted, and CONSISTENCY_TIMEOUT when the figures stay behind.
   */
  readonly awaitFund: (fund: FundEntity) => Promise<void>;
}

export const createFundContext = (
  follower: Pick<Follower, "waitFor">,
  request: RequestContext,
): FundContext => ({
  request,
  awaitFund: async ({ id: fundId, position }) => {
    if (!isId(fundId) || !seesFund(request, fundId)) throw fundNotFound();
    await follower.waitFor({ tenantId: request.tenantId, fundId }, position);
  },
});

/** One sentence for a fund that is not there, is another tenant's or was not granted. */
export const fundNotFound = (): AppError =>
  new AppError("FUND_NOT_FOUND", "There is no such fund.");
