import type { RequestContext } from "@allfunds/platform";
import type { CategoryLoader } from "./categories/category-loader.ts";
import type { InsightChannel } from "./insights/insight-channel.ts";

/**
 * Waits until this read model holds a book up to a position. FUND_NOT_FOUND for a fund the caller was
 * not granted, CONSISTENCY_TIMEOUT when it takes too long.
 */
export type AwaitFund = (fundId: string, position: number) => Promise<void>;

/** What resolvers get for one request. */
export interface RequestScope {
  readonly request: RequestContext;
  readonly awaitFund: AwaitFund;
  readonly categoryOf: CategoryLoader;
  /** Where subscriptions hear of new insights. */
  readonly insights: InsightChannel;
}
