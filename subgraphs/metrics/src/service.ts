import { createFollower } from "@allfunds/platform/feed";
import { defineSubgraph } from "@allfunds/platform/service";
import type { Effect } from "@allfunds/platform/feed";
import type { Config } from "./config.ts";
import { createContext } from "./context.ts";
import type { MetricsContext } from "./context.ts";
import { applyEvents } from "./feed/apply-events.ts";
import { FundUpdates } from "./feed/fund-updates.ts";
import { FOLLOWER_NAME } from "./feed/read-model.ts";
import { chooseStorageProfile } from "./feed/storage-profile.ts";
import { migrationsFor } from "./migrations.ts";
import { createSchema } from "./schema.ts";

// Price files come in the body of a mutation.
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

interface Tuning {
  /** Wraps the effect of ledger events. */
  readonly wrapEffect: (effect: Effect) => Effect;
}

/** The subgraph of figures: follows the ledger, keeps its series, and computes metrics from them. */
export const createService = defineSubgraph<Config, MetricsContext, Tuning>({
  name: "metrics",
  databaseUrl: ({ DATABASE_URL_METRICS }) => DATABASE_URL_METRICS,
  migrations: async (pool) => migrationsFor(await chooseStorageProfile(pool)),
  bodyLimit: BODY_LIMIT_BYTES,
  build: async ({ config, logger, pool, authentication, tuning }) => {
    const profile = await chooseStorageProfile(pool);
    logger.info({ profile: profile.name }, "storage profile chosen");
    const effect = applyEvents(profile);
    const follower = createFollower({
      name: FOLLOWER_NAME,
      ledgerUrl: config.LEDGER_URL,
      credentials: authentication.systemCredentials?.("feed:read"),
      pool,
      logger,
      effect: tuning.wrapEffect?.(effect) ?? effect,
    });
    const fundUpdates = new FundUpdates(pool, logger);
    return {
      schema: createSchema(pool),
      createContext: createContext(follower, fundUpdates),
      ready: { feed: follower.ready },
      start: () => {
        follower.start();
        fundUpdates.start();
      },
      closers: [() => fundUpdates.stop(), () => follower.stop()],
    };
  },
});
