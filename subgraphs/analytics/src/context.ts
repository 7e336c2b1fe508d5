import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { Follower } from "@allfunds/platform/feed";
import { createFundContext } from "@allfunds/platform/feed";
import { createCategoryContext } from "./categories/category-store.ts";
import type { CategoryContext } from "./categories/category-store.ts";
import type { InsightChannel } from "./insights/insight-channel.ts";
import type { InsightContext } from "./insights/insight-graphql.ts";

/** What resolvers receive with each request. */
export type AnalyticsContext = CategoryContext & InsightContext;

export const createContext =
  (pool: Pool, follower: Follower, insights: InsightChannel) =>
  (request: RequestContext): AnalyticsContext => {
    const fundContext = createFundContext(follower, request);
    const requireCurrent = (): Promise<void> => follower.requireCurrent();
    return {
      ...fundContext,
      ...createCategoryContext(pool, { ...fundContext, requireCurrent }),
      insights,
    };
  };
