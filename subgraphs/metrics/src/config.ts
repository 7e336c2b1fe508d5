import { authenticationShape } from "@allfunds/platform/auth";
import { availableParallelism } from "node:os";
import { databaseUrl, loadConfig, upstreamUrls, port } from "@allfunds/platform/config";
import { z } from "zod";

/** One processor is left to the service's own thread. */
const DEFAULT_THREADS = Math.max(1, availableParallelism() - 1);
const DEFAULT_CACHE_MB = 64;
const DEFAULT_LIMIT_SECONDS = 20;

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) =>
  loadConfig(
    "metrics",
    {
      METRICS_PORT: port(4003),
      DATABASE_URL_METRICS: databaseUrl(),
      LEDGER_URL: upstreamUrls(4001),
      METRICS_COMPUTE_THREADS: z.coerce.number().int().min(1).max(256).default(DEFAULT_THREADS),
      METRICS_COMPUTE_CACHE_MB: z.coerce
        .number()
        .int()
        .min(0)
        .max(65_536)
        .default(DEFAULT_CACHE_MB),
      METRICS_COMPUTE_LIMIT_SECONDS: z.coerce
        .number()
        .int()
        .min(1)
        .max(3_600)
        .default(DEFAULT_LIMIT_SECONDS),
      METRICS_POINT_RETENTION_DAYS: z.coerce.number().int().min(0).max(36_500).default(0),
      ...authenticationShape,
    },
    env,
  );

export type Config = ReturnType<typeof readConfig>;
