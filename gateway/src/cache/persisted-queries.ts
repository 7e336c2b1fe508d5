import type { Logger } from "@allfunds/platform/logging";
import type { KeyValueCache, KeyValueCacheSetOptions } from "@apollo/utils.keyvaluecache";
import type { Redis } from "ioredis";
import { connectRedis } from "@allfunds/platform/redis";
import { LruCache } from "./lru-cache.ts";

const PREFIX = "apq:";

/** The key Apollo Server stores a persisted query under. */
export const persistedQueryKey = (hash: string): string => PREFIX + hash;

/** The hash in such a key. */
export const persistedQueryHash = (key: string): string =>
  key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;

/** The memory for persisted queries of this process; a character takes two bytes at most. */
const MAX_BYTES = 32 * 1024 * 1024;
const BYTES_PER_ENTRY = 200;

/** Persisted queries of this process alone. */
export class MemoryPersistedQueries implements KeyValueCache {
  readonly #entries = new LruCache<string, string>(
    MAX_BYTES,
    (query) => 2 * query.length + BYTES_PER_ENTRY,
  );

  async get(key: string): Promise<string | undefined> {
    return this.#entries.get(key);
  }

  async set(key: string, value: string): Promise<void> {
    this.#entries.set(key, value);
  }

  async delete(key: string): Promise<boolean> {
    return this.#entries.delete(key);
  }
}

const TTL_SECONDS = 7 * 24 * 3_600;

/** Persisted queries of all replicas, cached in this process too: an unavailable Redis costs a lookup, never an error. */
export class RedisPersistedQueries implements KeyValueCache {
  readonly #redis: Redis;
  readonly #memory = new MemoryPersistedQueries();

  constructor(url: string, logger: Logger) {
    this.#redis = connectRedis(url, "allfunds:gateway:", logger);
  }

  async get(key: string): Promise<string | undefined> {
    const near = await this.#memory.get(key);
    if (near !== undefined) return near;
    return (await unlessUnavailable(this.#redis.get(key))) ?? undefined;
  }

  async set(key: string, value: string, options?: KeyValueCacheSetOptions): Promise<void> {
    await this.#memory.set(key, value);
    await unlessUnavailable(this.#redis.set(key, value, "EX", options?.ttl ?? TTL_SECONDS));
  }

  async delete(key: string): Promise<boolean> {
    const near = await this.#memory.delete(key);
    const far = await unlessUnavailable(this.#redis.del(key));
    return near || (far ?? 0) > 0;
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

const unlessUnavailable = async <T>(reply: Promise<T>): Promise<T | undefined> =>
  reply.catch(() => undefined);
