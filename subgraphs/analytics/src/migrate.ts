import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { installQueue } from "@allfunds/platform/jobs";
import { createLogger } from "@allfunds/platform/logging";
import { runMigrate } from "@allfunds/platform/service";
import { MIGRATIONS } from "./migrations.ts";

const config = loadConfig("analytics", { DATABASE_URL_ANALYTICS: databaseUrl() });
await runMigrate({
  service: "analytics",
  databaseUrl: config.DATABASE_URL_ANALYTICS,
  migrations: MIGRATIONS,
  installQueue: (pool) => installQueue(pool, createLogger("analytics", "warn")),
});
