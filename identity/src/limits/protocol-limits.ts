import type { Pool } from "@allfunds/platform/database";
import { RateLimit } from "./rate-limit.ts";

/** How much of the protocol is answered; the defaults leave room for an office behind one address. */
export interface ProtocolRates {
  /** Sign-ins begun from one address, in a minute. */
  readonly signInsPerMinute: number;
  /** Tokens for one API client at one address, in a minute. A token lives five: ask once and keep it. */
  readonly tokensPerMinute: number;
  /** Wrong secrets for one client from one address, in a quarter of an hour. */
  readonly wrongSecrets: number;
  /** Wrong secrets from one address, whatever clients it names, in a quarter of an hour. */
  readonly wrongSecretsOfPlace: number;
}

export const PROTOCOL_RATES: ProtocolRates = {
  signInsPerMinute: 300,
  tokensPerMinute: 300,
  wrongSecrets: 20,
  wrongSecretsOfPlace: 200,
};

const QUARTER_SECONDS = 15 * 60;

/** Limits of the protocol's own addresses. Each throws TooManyAttempts. */
export class ProtocolLimits {
  readonly #signIns: RateLimit;
  readonly #tokens: RateLimit;
  readonly #wrongSecrets: RateLimit;
  readonly #wrongSecretsOfPlace: RateLimit;

  constructor(pool: Pool, rates: ProtocolRates = PROTOCOL_RATES) {
    this.#signIns = new RateLimit(pool, "signIns", rates.signInsPerMinute, 60);
    this.#tokens = new RateLimit(pool, "tokens", rates.tokensPerMinute, 60);
    const ofQuarter = (name: string, points: number): RateLimit =>
      new RateLimit(pool, name, points, QUARTER_SECONDS);
    this.#wrongSecrets = ofQuarter("wrongSecrets", rates.wrongSecrets);
    this.#wrongSecretsOfPlace = ofQuarter("wrongSecretsOfPlace", rates.wrongSecretsOfPlace);
  }

  async countSignIn(ip: string): Promise<void> {
    await this.#signIns.count(ip);
  }

  async countToken(clientId: string, ip: string): Promise<void> {
    await this.#tokens.count(`${clientId} ${ip}`);
  }

  /** Refuses whoever has guessed secrets before, without a look at the one given now. */
  async refuseGuesser(clientId: string, ip: string): Promise<void> {
    await this.#wrongSecretsOfPlace.refuseSpent(ip);
    await this.#wrongSecrets.refuseSpent(`${clientId} ${ip}`);
  }

  async noteWrongSecret(clientId: string, ip: string): Promise<void> {
    await this.#wrongSecretsOfPlace.count(ip);
    await this.#wrongSecrets.count(`${clientId} ${ip}`);
  }
}
