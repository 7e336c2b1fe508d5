import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { runRebuild } from "@allfunds/platform/feed";
import { emptyReadModel, FOLLOWER_NAME } from "./feed/read-model.ts";

const config = loadConfig("metrics", { DATABASE_URL_METRICS: databaseUrl() });
await runRebuild({
  databaseUrl: config.DATABASE_URL_METRICS,
  follower: FOLLOWER_NAME,
  empty: emptyReadModel,
});
