import type { RequestContext } from "@allfunds/platform/context";
import type { Follower } from "@allfunds/platform/feed";
import { createBookContext } from "@allfunds/platform/feed";
import type { TenantJobs } from "@allfunds/platform/jobs";
import type { JobQueueContext } from "@allfunds/platform/jobs/queue-resolver";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { GrantedOrm, GrantedReads } from "@allfunds/platform/tenancy";
import type { Advice, AdviceContext } from "./advice/advice.ts";
import type { AnalysisContext } from "./analysis/analyze.ts";
import { createCategoryContext } from "./categories/category-store.ts";
import type { RecentCategories } from "./categories/recent-categories.ts";
import type { CategoryContext } from "./categories/category-store.ts";
import type { TenantRuleContext } from "./corrections/tenant-rule-graphql.ts";
import type { Corrections } from "./corrections/corrections.ts";
import type { ModelContext } from "./model-access/model-graphql.ts";
import type { NewsContext } from "./news/news-graphql.ts";
import type * as entities from "./entities.ts";
import type { KeptExpectations } from "./expectations/kept-expectations.ts";
import { awaitExamined } from "./examination/examination-marks.ts";
import type { Dismissals } from "./insights/dismissals.ts";
import type { InsightChannel } from "./insights/insight-channel.ts";
import type { InsightContext } from "./insights/insight-graphql.ts";
import type { PayeeRuleContext } from "./payee-rules/payee-rule-graphql.ts";
import type { PredictionContext } from "./predictions/prediction-resolvers.ts";

/** What resolvers receive with each request. */
export type AnalyticsContext = AdviceContext &
  AnalysisContext &
  CategoryContext &
  TenantRuleContext &
  PayeeRuleContext &
  InsightContext &
  JobContext &
  JobQueueContext &
  ModelContext &
  NewsContext &
  PredictionContext;

/** Where the reads of all requests come from. */
export interface SharedStores {
  readonly reads: GrantedReads;
  readonly orm: GrantedOrm<typeof entities>;
  readonly follower: Follower;
  readonly insights: InsightChannel;
  readonly dismissals: Dismissals;
  readonly jobs: TenantJobs;
  readonly corrections: Corrections;
  readonly advice: Advice;
  readonly recent: RecentCategories;
  readonly expectations: KeptExpectations;
}

export const createContext =
  ({
    follower,
    insights,
    dismissals,
    jobs,
    corrections,
    advice,
    recent,
    expectations,
    ...shared
  }: SharedStores) =>
  (request: RequestContext): AnalyticsContext => {
    const funds = grantsOf(request);
    const [reads, orm] = [shared.reads.seeing(funds), shared.orm.seeing(funds)];
    const fundContext = createBookContext(follower, request);
    const requireCurrent = (): Promise<void> => follower.requireCurrent();
    return {
      ...fundContext,
      ...createCategoryContext(reads, {
        ...fundContext,
        requireCurrent,
        recent,
        isBehind: (book, position) => follower.isBehind(book, position),
      }),
      insights,
      dismissals,
      awaitExamined: (fund) => awaitExamined(reads, request.tenantId, fund),
      jobs,
      jobQueues: jobs.queues,
      corrections,
      advice,
      expectations,
      reads,
      orm,
    };
  };
