import { createPool } from "@allfunds/platform/database";
import { awaitPositionsOf, createFollower } from "@allfunds/platform/feed";
import { Jobs, JobWatch, TenantJobs } from "@allfunds/platform/jobs";
import { defineSubgraph } from "@allfunds/platform/service";
import { watchPools } from "@allfunds/platform/telemetry";
import { forRequests, openOrm, TenantPool } from "@allfunds/platform/tenancy";
import type { Effect } from "@allfunds/platform/feed";
import type { Config } from "./config.ts";
import { ComputePool } from "./compute/compute-pool.ts";
import { createContext } from "./context.ts";
import type { MetricsContext } from "./context.ts";
import { applyEvents } from "./feed/apply-events.ts";
import { FundUpdates } from "./feed/fund-updates.ts";
import { FOLLOWER_NAME } from "./feed/read-model.ts";
import { readFundFigures } from "./funds/fund-figures-sql.ts";
import { LiveFigures } from "./funds/live-figures.ts";
import { chooseStorageProfile } from "./storage/storage-profile.ts";
import { jobKinds } from "./job-kinds.ts";
import { migrationsFor } from "./migrations.ts";
import { PriceTicks } from "./prices/price-ticks.ts";
import { TickWriter } from "./prices/tick-writer.ts";
import { startExpiry } from "./storage/retention.ts";
import { createSchema } from "./schema.ts";

// Price files come in the body of a mutation.
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

// Two of them listen for jobs and show that this instance is there; each running job needs one at times.
const JOB_CONNECTIONS = 6;

const BYTES_PER_MB = 1024 * 1024;

const IS_SOURCE = import.meta.url.endsWith(".ts");
const TASK_THREAD = new URL(IS_SOURCE ? "./task-thread.ts" : "./task-thread.js", import.meta.url);

interface Tuning {
  /** Wraps the effect of ledger events. */
  readonly wrapEffect: (effect: Effect) => Effect;
  /** The present, for figures of a fixed day. */
  readonly now: () => Date;
  /** Threads start with the first work, not before readiness. */
  readonly threadsOnDemand: boolean;
}

/** The subgraph of figures: follows the ledger, keeps its series, and computes metrics from them. */
export const createService = defineSubgraph<Config, MetricsContext, Tuning>({
  name: "metrics",
  databaseUrl: ({ DATABASE_URL_METRICS }) => DATABASE_URL_METRICS,
  migrations: async (pool) => migrationsFor(await chooseStorageProfile(pool)),
  bodyLimit: BODY_LIMIT_BYTES,
  build: async ({ config, logger, pool, server, authentication, tuning }) => {
    const profile = await chooseStorageProfile(pool);
    logger.info({ profile: profile.name }, "storage profile chosen");
    const effect = applyEvents();
    watchPools(server.registry, { main: pool });
    const follower = createFollower({
      registry: server.registry,
      name: FOLLOWER_NAME,
      sourceUrl: config.LEDGER_URL,
      credentials: authentication.systemCredentials?.("feed:read"),
      pool,
      logger,
      effect: tuning.wrapEffect?.(effect) ?? effect,
    });
    const fundUpdates = new FundUpdates(pool, logger);
    const url = config.DATABASE_URL_METRICS;
    const requests = forRequests(createPool({ url, logger }));
    const reads = new TenantPool(createPool({ url, logger }));
    const orm = openOrm(url, () => import("./entities.ts"));
    const liveFigures = new LiveFigures({
      updates: fundUpdates,
      read: async (tenantId, fundId, today) =>
        (await readFundFigures(reads, tenantId, [fundId], today)).get(fundId),
      logger,
      now: tuning.now,
    });
    const compute = new ComputePool({
      entry: TASK_THREAD,
      threads: config.METRICS_COMPUTE_THREADS,
      cacheBytes: config.METRICS_COMPUTE_CACHE_MB * BYTES_PER_MB,
      limitMs: config.METRICS_COMPUTE_LIMIT_SECONDS * 1000,
      logger,
      registry: server.registry,
    });
    let isLoaded = tuning.threadsOnDemand ?? false;
    const kinds = jobKinds({ url, pool, reads, compute });
    const jobPool = createPool({ url, logger, max: JOB_CONNECTIONS });
    const jobs = new Jobs({
      pool: jobPool,
      logger,
      registry: server.registry,
      kinds: kinds.map(({ kind }) => kind),
    });
    const tickWriter = new TickWriter({ pool, profile, logger });
    const keptDays = config.METRICS_POINT_RETENTION_DAYS;
    let endExpiry: (() => void) | undefined;
    const priceTicks = new PriceTicks(pool, logger);
    const watch = new JobWatch({ reads, logger });
    const metricsJobs = new TenantJobs({ jobs, reads, watch, kinds });
    return {
      schema: createSchema(requests, profile),
      createContext: createContext({
        follower,
        reads,
        orm,
        liveFigures,
        compute,
        jobs: metricsJobs,
        tickWriter,
        priceTicks,
        now: tuning.now,
      }),
      awaitPositions: awaitPositionsOf(follower),
      ready: {
        feed: follower.ready,
        compute: () => {
          if (!isLoaded) throw new Error("the first compute thread is being loaded");
        },
      },
      start: () => {
        if (!isLoaded) {
          compute.load().then(
            () => (isLoaded = true),
            // Work itself reports what is wrong with its thread.
            (error: unknown) => {
              isLoaded = true;
              logger.warn({ err: error }, "the first compute thread was not loaded");
            },
          );
        }
        follower.start();
        fundUpdates.start();
        priceTicks.start();
        endExpiry = startExpiry({ pool, profile, keptDays, logger });
        jobs.start();
      },
      beginStop: () => void jobs.stop(),
      closers: [
        () => jobs.stop(),
        () => jobPool.end(),
        () => watch.stop(),
        () => compute.stop(),
        () => endExpiry?.(),
        () => tickWriter.stop(),
        () => priceTicks.stop(),
        () => liveFigures.stop(),
        () => fundUpdates.stop(),
        () => follower.stop(),
        () => orm.close(),
        () => reads.end(),
        () => requests.end(),
      ],
    };
  },
});
