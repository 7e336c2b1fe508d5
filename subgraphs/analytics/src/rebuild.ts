import { databaseUrl, loadConfig } from "@allfunds/platform/config";
import { runRebuild } from "@allfunds/platform/feed";
import { emptyReadModel } from "./feed/empty-read-model.ts";
import { FOLLOWER_NAME } from "./feed/follower-name.ts";

const config = loadConfig("analytics", { DATABASE_URL_ANALYTICS: databaseUrl() });
await runRebuild({
  databaseUrl: config.DATABASE_URL_ANALYTICS,
  follower: FOLLOWER_NAME,
  empty: emptyReadModel,
});
