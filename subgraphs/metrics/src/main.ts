import { createAuthentication } from "@allfunds/platform/auth";
import { describeConfig } from "@allfunds/platform/config";
import { createPool, migrate, retryWhileUnreachable } from "@allfunds/platform/database";
import { createFollower } from "@allfunds/platform/feed";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer, runService } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { readConfig } from "./config.ts";
import { instrumentMigrations } from "./instruments/migrations.ts";
import { metricsContext } from "./metrics-context.ts";
import { createSchema } from "./schema.ts";
import { applyEvents } from "./series/apply-events.ts";
import { FOLLOWER_NAME } from "./series/follower-name.ts";
import { FundUpdates } from "./series/fund-updates.ts";
import { seriesMigrations } from "./series/migrations.ts";
import { chooseStorageProfile } from "./series/storage/choose-storage-profile.ts";

// Price files come in the body of a mutation.
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

const config = readConfig();
const logger = createLogger("metrics", config.LOG_LEVEL);
logger.info(describeConfig(config), "configuration");

const pool = createPool({ url: config.DATABASE_URL_METRICS, logger });
const profile = await retryWhileUnreachable("the database", logger, () =>
  chooseStorageProfile(pool, logger),
);
await retryWhileUnreachable("the database", logger, () =>
  migrate({
    url: config.DATABASE_URL_METRICS,
    migrations: [...seriesMigrations(profile), ...instrumentMigrations],
    logger,
  }),
);

const authentication = createAuthentication(config, logger);
const follower = createFollower({
  name: FOLLOWER_NAME,
  ledgerUrl: config.LEDGER_URL,
  credentials: authentication.systemCredentials("feed:read"),
  pool,
  logger,
  effect: applyEvents(profile),
});
const fundUpdates = new FundUpdates(pool, logger);

const server = createHttpServer({
  service: "metrics",
  logger,
  authentication,
  bodyLimit: BODY_LIMIT_BYTES,
});
server.readiness.add("issuer", authentication.ready);
server.readiness.add("database", async () => {
  await pool.query("SELECT 1");
});
server.readiness.add("feed", follower.ready);
const closeGraphql = await serveGraphql({
  schema: createSchema(pool),
  server,
  logger,
  createContext: metricsContext(follower, fundUpdates),
});

follower.start();
fundUpdates.start();
await runService({
  logger,
  server,
  host: config.HOST,
  port: config.METRICS_PORT,
  closers: [closeGraphql, () => fundUpdates.stop(), () => follower.stop(), () => pool.end()],
});
