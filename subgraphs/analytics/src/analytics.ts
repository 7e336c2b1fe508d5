import { AppError } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import { createFollower } from "@allfunds/platform/feed";
import { isId } from "@allfunds/platform/ids";
import type { ClientCredentials } from "@allfunds/platform/auth/tokens";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { Follower } from "@allfunds/platform/feed";
import type { Logger } from "@allfunds/platform/logging";
import type { GraphQLSchema } from "graphql";
import { AnalysisResolver } from "./analysis/analysis-resolver.ts";
import { createBuiltInModel } from "./categories/built-in-model.ts";
import { createCategoryLoader } from "./categories/category-loader.ts";
import { CategoryResolver } from "./categories/category-resolver.ts";
import { createEffect } from "./feed/apply-events.ts";
import { FOLLOWER_NAME } from "./feed/follower-name.ts";
import type { CategoryProvider } from "./gemini/category-provider.ts";
import { QuestionWorker } from "./gemini/question-worker.ts";
import { InsightChannel } from "./insights/insight-channel.ts";
import { InsightResolver } from "./insights/insight-resolver.ts";
import { FundPredictionsResolver } from "./predictions/fund-predictions-resolver.ts";
import { PredictionResolver } from "./predictions/prediction-resolver.ts";
import type { AwaitFund, RequestScope } from "./request-scope.ts";
import { buildSchema } from "./schema.ts";

export interface AnalyticsParts {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly ledgerUrl: string;
  /** Who follows the ledger; absent where nobody is asked for a token. */
  readonly credentials?: ClientCredentials | undefined;
  /** Absent without a key: the built-in models answer everything. */
  readonly provider: CategoryProvider | undefined;
}

export interface Analytics {
  readonly schema: GraphQLSchema;
  readonly follower: Follower;
  readonly createScope: (request: RequestContext) => RequestScope;
  start(): void;
  stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 1_500;

/** The subgraph without its HTTP server: what main.ts serves and tests run. */
export function createAnalytics(wiring: AnalyticsParts): Analytics {
  const { pool, logger, ledgerUrl, credentials, provider } = wiring;
  const model = createBuiltInModel();
  const follower = createFollower({
    name: FOLLOWER_NAME,
    ledgerUrl,
    credentials,
    pool,
    logger,
    effect: createEffect({ model, askLanguageModel: provider !== undefined }),
  });
  const insights = new InsightChannel(pool, logger);
  const worker =
    provider === undefined ? undefined : new QuestionWorker({ pool, provider, logger });
  const awaitFundOf =
    (request: RequestContext): AwaitFund =>
    async (fundId, position) => {
      if (!isId(fundId) || !seesFund(request, fundId)) {
        throw new AppError("FUND_NOT_FOUND", "There is no such fund.");
      }
      await follower.waitFor({ tenantId: request.tenantId, fundId }, position, LONGEST_WAIT_MS);
    };
  const requireCurrent = (): Promise<void> => follower.requireCurrent();
  const parts = [follower, insights, ...(worker === undefined ? [] : [worker])];
  return {
    follower,
    schema: buildSchema([
      new CategoryResolver(),
      new InsightResolver(pool),
      new PredictionResolver(pool),
      new FundPredictionsResolver(pool),
      new AnalysisResolver({ pool, model, provider, logger }),
    ]),
    createScope: (request) => {
      const awaitFund = awaitFundOf(request);
      const categoryOf = createCategoryLoader(pool, request, { awaitFund, requireCurrent });
      return { request, awaitFund, insights, categoryOf };
    },
    start: () => parts.forEach((part) => part.start()),
    stop: async () => {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}
