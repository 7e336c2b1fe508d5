import { createAuthentication } from "@allfunds/platform/auth";
import { describeConfig } from "@allfunds/platform/config";
import { createPool, migrate, retryWhileUnreachable } from "@allfunds/platform/database";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer, runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { loadAnalyticsConfig } from "./analytics-config.ts";
import { createAnalytics } from "./analytics.ts";
import { createGeminiProvider } from "./gemini/gemini-provider.ts";
import { createTokenBudget } from "./gemini/token-budget.ts";
import { MIGRATIONS } from "./migrations.ts";

const config = loadAnalyticsConfig();
const logger = createLogger("analytics", config.LOG_LEVEL);
logger.info(describeConfig(config), "starting");

const url = config.DATABASE_URL_ANALYTICS;
const pool = createPool({ url, logger });
const authentication = createAuthentication(config, logger);
const server = createHttpServer({ service: "analytics", logger, authentication });

const provider =
  config.GEMINI_API_KEY === undefined
    ? undefined
    : createGeminiProvider({
        apiKey: config.GEMINI_API_KEY,
        model: config.GEMINI_MODEL,
        baseUrl: config.GEMINI_BASE_URL,
        timeoutMs: config.GEMINI_TIMEOUT_MS,
        budget: createTokenBudget(pool, config.GEMINI_MODEL, config.GEMINI_TOKENS_PER_DAY),
        logger,
      });
const analytics = createAnalytics({
  pool,
  logger,
  ledgerUrl: config.LEDGER_URL,
  credentials: authentication.systemCredentials("feed:read"),
  provider,
});

await retryWhileUnreachable("the database", logger, () =>
  migrate({ url, migrations: MIGRATIONS, logger }),
);
server.readiness.add("issuer", authentication.ready);
server.readiness.add("database", async () => {
  await pool.query("SELECT 1");
});
server.readiness.add("feed", analytics.follower.ready);
const closeGraphql = await serveGraphql({
  schema: analytics.schema,
  server,
  logger,
  createContext: analytics.createScope,
});
analytics.start();

await runService({
  logger,
  server,
  host: config.HOST,
  port: config.ANALYTICS_PORT,
  closers: [closeGraphql, () => analytics.stop(), () => pool.end()],
});
