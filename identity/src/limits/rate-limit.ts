import { createHash } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";

/** Thrown after too many attempts; the same for accounts that exist and those that do not. */
export class TooManyAttempts extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many attempts.");
    this.name = "TooManyAttempts";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** At most `points` of one kind in so many seconds, counted in PostgreSQL across replicas. */
export class RateLimit {
  readonly #limiter: RateLimiterPostgres;

  constructor(pool: Pool, name: string, points: number, seconds: number) {
    this.#limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: "pool",
      tableName: "rate_limit",
      tableCreated: true,
      clearExpiredByTimeout: true,
      keyPrefix: name,
      points,
      duration: seconds,
    });
  }

  /** Counts one attempt. Throws TooManyAttempts when it is one too many. */
  async count(key: string): Promise<void> {
    try {
      await this.#limiter.consume(keyOf(key));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw tooMany(refused);
    }
  }

  /** Throws TooManyAttempts when no attempt is left; counts nothing. */
  async refuseExhausted(key: string): Promise<void> {
    const state = await this.#limiter.get(keyOf(key));
    if (state !== null && state.consumedPoints >= this.#limiter.points) throw tooMany(state);
  }

  /** Takes one attempt back. */
  async uncount(key: string): Promise<void> {
    await this.#limiter.reward(keyOf(key));
  }

  /** Takes all attempts back. */
  async reset(key: string): Promise<void> {
    await this.#limiter.delete(keyOf(key));
  }
}

const tooMany = ({ msBeforeNext }: RateLimiterRes): TooManyAttempts =>
  new TooManyAttempts(Math.ceil(msBeforeNext / 1000));

/** Addresses are personal data: the table of limits contains only hashes. */
const keyOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
