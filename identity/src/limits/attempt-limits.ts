import type { Pool } from "@allfunds/platform/database";
import { normaliseEmail } from "../users/user.ts";
import { RateLimit, TooManyAttempts } from "./rate-limit.ts";

const WINDOW_SECONDS = 15 * 60;

/** How often people may try, in a quarter of an hour. */
export class AttemptLimits {
  /** The usual one: an address tried from one place. */
  readonly #passwordFromPlace: RateLimit;
  /** An address tried from many places. Wide, so that strangers cannot lock its owner out at will. */
  readonly #password: RateLimit;
  readonly #place: RateLimit;
  readonly #secondFactor: RateLimit;
  readonly #mail: RateLimit;

  constructor(pool: Pool) {
    const limit = (name: string, points: number): RateLimit =>
      new RateLimit(pool, name, points, WINDOW_SECONDS);
    this.#passwordFromPlace = limit("passwordFromPlace", 5);
    this.#password = limit("password", 50);
    this.#place = limit("place", 100);
    this.#secondFactor = limit("secondFactor", 5);
    this.#mail = limit("mail", 3);
  }

  /** Counts a password attempt before it is checked: parallel guesses cannot slip through together. */
  async countPassword(email: string, ip: string): Promise<void> {
    await this.#place.count(ip);
    await this.#password.count(normaliseEmail(email));
    await this.#passwordFromPlace.count(`${normaliseEmail(email)} ${ip}`);
  }

  /** The right password was given: its earlier failures are forgiven, and it was no attempt. */
  async forgivePassword(email: string, ip: string): Promise<void> {
    await this.#place.giveBack(ip);
    await this.#password.forgive(normaliseEmail(email));
    await this.#passwordFromPlace.forgive(`${normaliseEmail(email)} ${ip}`);
  }

  async countSecondFactor(userId: string): Promise<void> {
    await this.#secondFactor.count(userId);
  }

  async forgiveSecondFactor(userId: string): Promise<void> {
    await this.#secondFactor.forgive(userId);
  }

  /** False when no more mail should go to this address for now. */
  async mayMail(email: string, ip: string): Promise<boolean> {
    try {
      await this.#place.count(ip);
      await this.#mail.count(normaliseEmail(email));
      return true;
    } catch (error) {
      if (error instanceof TooManyAttempts) return false;
      throw error;
    }
  }
}
