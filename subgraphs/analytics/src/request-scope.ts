import type { RequestContext } from "@allfunds/platform/context";
import type { CategoryLoader } from "./categories/category-loader.ts";
import type { InsightChannel } from "./insights/insight-channel.ts";

/**
 * Waits until this read model holds a book up to a position. FUND_NOT_FOUND for a fund the caller was
 * not granted, CONSISTENCY_TIMEOUT when it takes too long.
 */
export type AwaitFund = (fundId: string, position: number) => Promise<void>;

/** How a read makes sure that it shows nothing stale. */
export interface Freshness {
  readonly awaitFund: AwaitFund;
  /** CONSISTENCY_TIMEOUT while the ledger has another history than this read model. */
  readonly requireCurrent: () => Promise<void>;
}

/** What resolvers get for one request. */
export interface RequestScope {
  readonly request: RequestContext;
  readonly awaitFund: AwaitFund;
  readonly categoryOf: CategoryLoader;
  /** Where subscriptions get new insights from. */
  readonly insights: InsightChannel;
}
