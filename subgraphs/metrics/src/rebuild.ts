import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { runRebuild } from "@allfunds/platform/feed";
import { emptyReadModel } from "./series/empty-read-model.ts";
import { FOLLOWER_NAME } from "./series/follower-name.ts";

const config = loadConfig("metrics", { DATABASE_URL_METRICS: databaseUrl() });
await runRebuild({
  databaseUrl: config.DATABASE_URL_METRICS,
  follower: FOLLOWER_NAME,
  empty: emptyReadModel,
});
