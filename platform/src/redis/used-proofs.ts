import { MemoryUsedProofs, type UsedProofs } from "../auth/proof.ts";
import type { Logger } from "../logging.ts";
import type { Redis } from "ioredis";
import { connectRedis } from "./connect-redis.ts";

/** Proofs that count once for all replicas; while Redis is away, once for each. */
export class RedisUsedProofs implements UsedProofs {
  readonly #redis: Redis;
  readonly #own = new MemoryUsedProofs();
  readonly #logger: Logger;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.#redis = connectRedis(url, "allfunds:proof:", logger);
  }

  async use(id: string, seconds: number): Promise<boolean> {
    // Also here, so that a proof stays used when Redis goes away.
    const isFirstHere = await this.#own.use(id, seconds);
    if (!isFirstHere) return false;
    try {
      return (await this.#redis.set(id, "", "EX", seconds, "NX")) === "OK";
    } catch (error) {
      this.#logger.warn({ err: error }, "redis unavailable: used proofs kept in memory");
      return true;
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}
