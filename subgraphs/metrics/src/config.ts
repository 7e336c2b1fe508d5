import { authenticationShape } from "@allfunds/platform/auth";
import { availableParallelism } from "node:os";
import { databaseUrl, loadConfig, upstreamUrls, port } from "@allfunds/platform/config";
import { z } from "zod";

/** One processor is left to the service's own thread. */
const DEFAULT_THREADS = Math.max(1, availableParallelism() - 1);
const DEFAULT_CACHE_MB = 64;
const DEFAULT_LIMIT_SECONDS = 20;

/** The variables that the service reads. */
export const variables = {
  METRICS_PORT: port(4003).describe("The service's port."),
  DATABASE_URL_METRICS: databaseUrl().describe(
    "The database of series; with the extension TimescaleDB they are hypertables.",
  ),
  LEDGER_URL: upstreamUrls(4001).describe(
    "The ledger whose events are followed; several replicas are separated by commas.",
  ),
  METRICS_COMPUTE_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(DEFAULT_THREADS)
    .meta({ fallback: "processors less one" })
    .describe("Threads that compute figures, forecasts and simulations."),
  METRICS_COMPUTE_CACHE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_536)
    .default(DEFAULT_CACHE_MB)
    .describe("Memory for computed answers, in MB; 0 keeps none."),
  METRICS_COMPUTE_LIMIT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_600)
    .default(DEFAULT_LIMIT_SECONDS)
    .describe("The longest time of one computation, in seconds."),
  METRICS_POINT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(0)
    .describe("How many days prices at instants are kept; 0 keeps them all."),
  ...authenticationShape,
};

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig("metrics", variables, env);

export type Config = ReturnType<typeof readConfig>;
