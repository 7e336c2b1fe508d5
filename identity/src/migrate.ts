import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { runMigrate } from "@allfunds/platform/service";
import { MIGRATIONS } from "./migrations/index.ts";

const config = loadConfig("identity", { DATABASE_URL_IDENTITY: databaseUrl() });
await runMigrate({
  service: "identity",
  databaseUrl: config.DATABASE_URL_IDENTITY,
  migrations: MIGRATIONS,
});
