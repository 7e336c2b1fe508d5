import type { Logger } from "@allfunds/platform/logging";
import type { KeyValueCache, KeyValueCacheSetOptions } from "@apollo/utils.keyvaluecache";
import type { Redis } from "ioredis";
import { connectRedis } from "../connect-redis.ts";
import { MemoryCache } from "./memory-cache.ts";

const KEPT_SECONDS = 7 * 24 * 3_600;

/** Remembers in Redis for all replicas, and in this process too: Redis gone costs a lookup, never an error. */
export class RedisCache implements KeyValueCache {
  readonly #redis: Redis;
  readonly #memory = new MemoryCache();

  constructor(url: string, logger: Logger) {
    this.#redis = connectRedis(url, "allfunds:gateway:", logger);
  }

  async get(key: string): Promise<string | undefined> {
    const near = await this.#memory.get(key);
    if (near !== undefined) return near;
    return (await unlessGone(this.#redis.get(key))) ?? undefined;
  }

  async set(key: string, value: string, options?: KeyValueCacheSetOptions): Promise<void> {
    await this.#memory.set(key, value);
    await unlessGone(this.#redis.set(key, value, "EX", options?.ttl ?? KEPT_SECONDS));
  }

  async delete(key: string): Promise<boolean> {
    const near = await this.#memory.delete(key);
    const far = await unlessGone(this.#redis.del(key));
    return near || (far ?? 0) > 0;
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

const unlessGone = async <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch(() => undefined);
