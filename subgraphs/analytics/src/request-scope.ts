import type { RequestContext } from "@allfunds/platform";
import type { CategoryLoader } from "./categories/category-loader.ts";
import type { InsightChannel } from "./insights/insight-channel.ts";

/** What resolvers get for one request. */
export interface RequestScope {
  readonly request: RequestContext;
  readonly categoryOf: CategoryLoader;
  /** Where subscriptions hear of new insights. */
  readonly insights: InsightChannel;
}
