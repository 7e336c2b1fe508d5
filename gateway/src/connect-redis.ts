import type { Logger } from "@allfunds/platform/logging";
import { Redis } from "ioredis";

/** What a silent Redis may hold up a request for, in milliseconds. */
export const ANSWER_WITHIN_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/** A Redis that answers at once or not at all, as no request may wait for it; it comes back by itself. */
export function connectRedis(url: string, keyPrefix: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: ANSWER_WITHIN_MS,
    keyPrefix,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RETRY_MS),
  });
  redis.on("error", (error: Error) => logger.debug({ err: error }, "redis is not reachable"));
  return redis;
}
