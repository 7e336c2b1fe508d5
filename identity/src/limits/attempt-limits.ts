import type { Pool } from "@allfunds/platform/database";
import { normaliseEmail } from "../users/user.ts";
import { RateLimit, TooManyAttempts } from "./rate-limit.ts";

const WINDOW_SECONDS = 15 * 60;

/** How often users may try, in a quarter of an hour. */
export class AttemptLimits {
  /** The usual limit: one account from one IP address. */
  readonly #passwordPerAccountAndIp: RateLimit;
  /** One account from many IP addresses. Wide, so that an attacker cannot lock its owner out at will. */
  readonly #passwordPerAccount: RateLimit;
  readonly #perIp: RateLimit;
  readonly #secondFactor: RateLimit;
  readonly #mail: RateLimit;

  constructor(pool: Pool) {
    const limit = (name: string, points: number): RateLimit =>
      new RateLimit(pool, name, points, WINDOW_SECONDS);
    this.#passwordPerAccountAndIp = limit("passwordFromPlace", 5);
    this.#passwordPerAccount = limit("password", 50);
    this.#perIp = limit("place", 100);
    this.#secondFactor = limit("secondFactor", 5);
    this.#mail = limit("mail", 3);
  }

  /** Counts a password before it is checked, so that parallel guesses cannot slip through together. */
  async countPassword(email: string, ip: string): Promise<void> {
    await this.#perIp.count(ip);
    await this.#passwordPerAccount.count(normaliseEmail(email));
    await this.#passwordPerAccountAndIp.count(`${normaliseEmail(email)} ${ip}`);
  }

  /** Clears the account's failures after the right password, which itself does not count. */
  async acceptPassword(email: string, ip: string): Promise<void> {
    await this.#perIp.uncount(ip);
    await this.#passwordPerAccount.reset(normaliseEmail(email));
    await this.#passwordPerAccountAndIp.reset(`${normaliseEmail(email)} ${ip}`);
  }

  async countSecondFactor(userId: string): Promise<void> {
    await this.#secondFactor.count(userId);
  }

  async acceptSecondFactor(userId: string): Promise<void> {
    await this.#secondFactor.reset(userId);
  }

  /** False when no more emails should go to this address for now. */
  async mayMail(email: string, ip: string): Promise<boolean> {
    try {
      await this.#perIp.count(ip);
      await this.#mail.count(normaliseEmail(email));
      return true;
    } catch (error) {
      if (error instanceof TooManyAttempts) return false;
      throw error;
    }
  }
}
