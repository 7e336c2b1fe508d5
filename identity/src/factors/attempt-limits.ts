import { createHash } from "node:crypto";
import type { Pool } from "@allfunds/platform";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { normaliseEmail } from "../users/user.ts";

/** Raised when someone tries too often; the same for accounts that exist and those that do not. */
export class TooManyAttempts extends Error {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many attempts.");
    this.name = "TooManyAttempts";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const WINDOW_SECONDS = 15 * 60;

/** Attempts allowed in a quarter of an hour. */
const POINTS = {
  // The usual one: an address tried from one place.
  passwordFromPlace: 5,
  // An address tried from many places. Wide, so that strangers cannot lock its owner out at will.
  password: 50,
  place: 100,
  secondFactor: 5,
  mail: 3,
} as const;
type Limit = keyof typeof POINTS;

/** Counts attempts in PostgreSQL, so that replicas count together. */
export class AttemptLimits {
  readonly #limiters: Readonly<Record<Limit, RateLimiterPostgres>>;

  constructor(pool: Pool) {
    const limiter = (limit: Limit): RateLimiterPostgres =>
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: "pool",
        tableName: "rate_limit",
        tableCreated: true,
        clearExpiredByTimeout: true,
        keyPrefix: limit,
        points: POINTS[limit],
        duration: WINDOW_SECONDS,
      });
    this.#limiters = {
      passwordFromPlace: limiter("passwordFromPlace"),
      password: limiter("password"),
      place: limiter("place"),
      secondFactor: limiter("secondFactor"),
      mail: limiter("mail"),
    };
  }

  /** Counts a password attempt before it is checked: parallel guesses cannot slip through together. */
  async countPassword(email: string, ip: string): Promise<void> {
    await this.#count("place", ip);
    await this.#count("password", normaliseEmail(email));
    await this.#count("passwordFromPlace", `${normaliseEmail(email)} ${ip}`);
  }

  /** The right password was given: its earlier failures are forgiven, and it was no attempt. */
  async forgivePassword(email: string, ip: string): Promise<void> {
    await this.#limiters.place.reward(keyOf(ip));
    await this.#forgive("password", normaliseEmail(email));
    await this.#forgive("passwordFromPlace", `${normaliseEmail(email)} ${ip}`);
  }

  async countSecondFactor(userId: string): Promise<void> {
    await this.#count("secondFactor", userId);
  }

  async forgiveSecondFactor(userId: string): Promise<void> {
    await this.#forgive("secondFactor", userId);
  }

  /** False when no more mail should go to this address for now. */
  async mayMail(email: string, ip: string): Promise<boolean> {
    try {
      await this.#count("place", ip);
      await this.#count("mail", normaliseEmail(email));
      return true;
    } catch (error) {
      if (error instanceof TooManyAttempts) return false;
      throw error;
    }
  }

  async #count(limit: Limit, key: string): Promise<void> {
    try {
      await this.#limiters[limit].consume(keyOf(key));
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      throw new TooManyAttempts(Math.ceil(refused.msBeforeNext / 1000));
    }
  }

  async #forgive(limit: Limit, key: string): Promise<void> {
    await this.#limiters[limit].delete(keyOf(key));
  }
}

/** Addresses are personal: the table of limits sees only hashes. */
const keyOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
