import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { installQueue } from "@allfunds/platform/jobs";
import { createLogger } from "@allfunds/platform/logging";
import { runMigrate } from "@allfunds/platform/service";
import { migrationsFor } from "./migrations.ts";
import { chooseStorageProfile } from "./storage/storage-profile.ts";

const config = loadConfig("metrics", { DATABASE_URL_METRICS: databaseUrl() });
await runMigrate({
  service: "metrics",
  databaseUrl: config.DATABASE_URL_METRICS,
  migrations: async (pool) => migrationsFor(await chooseStorageProfile(pool)),
  installQueue: (pool) => installQueue(pool, createLogger("metrics", "warn")),
});
