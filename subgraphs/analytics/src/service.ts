import { createFollower } from "@allfunds/platform/feed";
import { defineSubgraph } from "@allfunds/platform/service";
import { createPool } from "@allfunds/platform/database";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { openOrm, TenantPool } from "@allfunds/platform/tenancy";
import { createBuiltInModel } from "./classification/built-in-model.ts";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import type { AnalyticsContext } from "./context.ts";
import { createEffect } from "./feed/apply-events.ts";
import { FOLLOWER_NAME } from "./feed/read-model.ts";
import type { CallPolicyOptions } from "./gemini/call-policy.ts";
import type { CategoryProvider } from "./gemini/category-provider.ts";
import { createGeminiProvider } from "./gemini/gemini-provider.ts";
import { QuestionWorker } from "./questions/question-worker.ts";
import { createTokenBudget } from "./gemini/token-budget.ts";
import { InsightChannel } from "./insights/insight-channel.ts";
import { MIGRATIONS } from "./migrations.ts";
import { createSchema } from "./schema.ts";

interface Tuning {
  /** How calls of the language model are repeated. */
  readonly callPolicy: CallPolicyOptions;
}

/** The subgraph of words: follows the ledger, categorises every transaction, finds insights and patterns. */
export const createService = defineSubgraph<Config, AnalyticsContext, Tuning>({
  name: "analytics",
  databaseUrl: ({ DATABASE_URL_ANALYTICS }) => DATABASE_URL_ANALYTICS,
  migrations: MIGRATIONS,
  build: ({ config, logger, pool, authentication, tuning }) => {
    const url = config.DATABASE_URL_ANALYTICS;
    const reads = new TenantPool(createPool({ url, logger }));
    const orm = openOrm(url, () => import("./entities.ts"));
    const model = createBuiltInModel();
    const provider = languageModel(config, pool, logger, tuning.callPolicy);
    const follower = createFollower({
      name: FOLLOWER_NAME,
      ledgerUrl: config.LEDGER_URL,
      credentials: authentication.systemCredentials?.("feed:read"),
      pool,
      logger,
      effect: createEffect({ model, usesLanguageModel: provider !== undefined }),
    });
    const insights = new InsightChannel(pool, orm, logger);
    const worker = provider && new QuestionWorker({ pool, provider, logger });
    return {
      schema: createSchema({ model, provider, logger }),
      createContext: createContext({ reads, orm, follower, insights }),
      ready: { feed: follower.ready },
      start: () => {
        follower.start();
        insights.start();
        worker?.start();
      },
      closers: [
        () => worker?.stop(),
        () => insights.stop(),
        () => follower.stop(),
        () => orm.close(),
        () => reads.end(),
      ],
    };
  },
});

/** Undefined without a key: then the built-in models decide everything. */
function languageModel(
  config: Config,
  pool: Pool,
  logger: Logger,
  policy: CallPolicyOptions | undefined,
): CategoryProvider | undefined {
  if (config.GEMINI_API_KEY === undefined) return undefined;
  return createGeminiProvider({
    apiKey: config.GEMINI_API_KEY,
    model: config.GEMINI_MODEL,
    baseUrl: config.GEMINI_BASE_URL,
    timeoutMs: config.GEMINI_TIMEOUT_MS,
    budget: createTokenBudget(pool, config.GEMINI_MODEL, config.GEMINI_TOKENS_PER_DAY),
    logger,
    ...(policy === undefined ? {} : { policy }),
  });
}
