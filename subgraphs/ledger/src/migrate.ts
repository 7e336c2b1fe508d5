import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { installQueue } from "@allfunds/platform/jobs";
import { createLogger } from "@allfunds/platform/logging";
import { runMigrate } from "@allfunds/platform/service";
import { MIGRATIONS } from "./migrations/index.ts";

const config = loadConfig("ledger", { DATABASE_URL_LEDGER: databaseUrl() });
await runMigrate({
  service: "ledger",
  databaseUrl: config.DATABASE_URL_LEDGER,
  migrations: MIGRATIONS,
  installQueue: (pool) => installQueue(pool, createLogger("ledger", "warn")),
});
