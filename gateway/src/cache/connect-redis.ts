import type { Logger } from "@allfunds/platform/logging";
import { Redis } from "ioredis";

/** How long a request waits for a silent Redis, in milliseconds. */
export const REDIS_TIMEOUT_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/** A Redis client whose commands succeed or fail at once, as no request may wait for it. It reconnects by itself. */
export function connectRedis(url: string, keyPrefix: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: REDIS_TIMEOUT_MS,
    keyPrefix,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RETRY_MS),
  });
  redis.on("error", (error: Error) => logger.debug({ err: error }, "redis not reachable"));
  return redis;
}
