import type { Logger } from "../logging.ts";
import { tlsOf } from "../mesh/index.ts";
import { Redis } from "ioredis";

/** How long a request waits for a silent Redis, in milliseconds. */
export const REDIS_TIMEOUT_MS = 50;
const LONGEST_RETRY_MS = 2_000;

/** Why a Redis cannot be used, by its URL: its clients state it together once. */
const faults = new Map<string, string>();

/** A Redis client whose commands succeed or fail at once, unless they may take longer because no request waits for it. It reconnects by itself. */
export function connectRedis(
  url: string,
  keyPrefix: string,
  logger: Logger,
  commandTimeout = REDIS_TIMEOUT_MS,
): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout,
    keyPrefix,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_RETRY_MS),
    ...tlsOf(url),
  });
  redis.on("error", ({ message: reason }: Error) => {
    if (faults.get(url) === reason) return;
    faults.set(url, reason);
    logger.warn({ reason }, "redis cannot be used: REDIS_URL");
  });
  redis.on("ready", () => {
    if (faults.delete(url)) logger.info("redis can be used again");
  });
  return redis;
}
