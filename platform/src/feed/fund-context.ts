import { AppError } from "@allfunds/contract/errors";
import { seesFund } from "../auth/require.ts";
import type { RequestContext } from "../context.ts";
import { isId } from "../ids.ts";
import type { Follower } from "./follower.ts";

/** What a resolver receives that answers from a read model of a fund's book. */
export interface FundContext {
  readonly request: RequestContext;
  /**
   * Resolves once the read model includes the fund's book position. Throws FUND_NOT_FOUND for a fund the
   * caller was not granted, and CONSISTENCY_TIMEOUT when the read model stays behind.
   */
  readonly awaitFund: (fund: { readonly id: string; readonly position: number }) => Promise<void>;
}

export const createFundContext = (
  follower: Pick<Follower, "waitFor">,
  request: RequestContext,
): FundContext => ({
  request,
  awaitFund: async ({ id: fundId, position }) => {
    if (!isId(fundId) || !seesFund(request, fundId)) throw fundNotFound();
    await follower.waitFor({ tenantId: request.tenantId, fundId }, position);
    request.seen?.note(fundId, position);
  },
});

/**
 * Waits until a read model includes the positions that a request names, as `awaitFund` does. Books that the
 * caller may not see are left out: nothing of them is in its answer.
 */
export const awaitPositionsOf =
  (follower: Pick<Follower, "waitForAll">) =>
  async (request: RequestContext): Promise<void> => {
    const { tenantId, positions = new Map<string, number>(), seen } = request;
    const visible = [...positions].filter(([fundId]) => seesFund(request, fundId));
    await follower.waitForAll(
      visible.map(([fundId, position]) => [{ tenantId, fundId }, position] as const),
    );
    for (const [fundId, position] of visible) seen?.note(fundId, position);
  };

/** One sentence for a fund that does not exist, belongs to another tenant or was not granted. */
export const fundNotFound = (): AppError =>
  new AppError("FUND_NOT_FOUND", "There is no such fund.");
