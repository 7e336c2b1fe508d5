import type { Pool } from "@allfunds/platform/database";
import { RateLimit } from "./rate-limit.ts";

/** The rates of the protocol's endpoints; the defaults suffice for an office behind one IP address. */
export interface ProtocolRates {
  /** Sign-ins begun from one IP address, in a minute. */
  readonly signInsPerMinute: number;
  /** Tokens for one API client at one IP address, in a minute. A token lives five: clients cache it. */
  readonly tokensPerMinute: number;
  /** Wrong secrets for one client from one IP address, in a quarter of an hour. */
  readonly wrongSecrets: number;
  /** Wrong secrets from one IP address, for whatever clients, in a quarter of an hour. */
  readonly wrongSecretsPerIp: number;
  /** Codes that no device shows, typed at one IP address, in a quarter of an hour: a code lives ten minutes. */
  readonly wrongUserCodes: number;
  /** Seconds between two requests of a device for its tokens: the five of RFC 8628, less one that networks vary by. */
  readonly devicePollSeconds: number;
}

export const PROTOCOL_RATES: ProtocolRates = {
  signInsPerMinute: 300,
  tokensPerMinute: 300,
  wrongSecrets: 20,
  wrongSecretsPerIp: 200,
  wrongUserCodes: 20,
  devicePollSeconds: 4,
};

const QUARTER_SECONDS = 15 * 60;

/** Limits of the protocol's endpoints. Each throws TooManyAttempts. */
export class ProtocolLimits {
  readonly #signIns: RateLimit;
  readonly #tokens: RateLimit;
  readonly #wrongSecrets: RateLimit;
  readonly #wrongSecretsPerIp: RateLimit;
  readonly #wrongUserCodes: RateLimit;
  readonly #devicePolls: RateLimit;

  constructor(pool: Pool, rates: ProtocolRates = PROTOCOL_RATES) {
    this.#signIns = new RateLimit(pool, "signIns", rates.signInsPerMinute, 60);
    this.#tokens = new RateLimit(pool, "tokens", rates.tokensPerMinute, 60);
    const perQuarter = (name: string, points: number): RateLimit =>
      new RateLimit(pool, name, points, QUARTER_SECONDS);
    this.#wrongSecrets = perQuarter("wrongSecrets", rates.wrongSecrets);
    this.#wrongSecretsPerIp = perQuarter("wrongSecretsOfPlace", rates.wrongSecretsPerIp);
    this.#wrongUserCodes = perQuarter("wrongUserCodes", rates.wrongUserCodes);
    this.#devicePolls = new RateLimit(pool, "devicePolls", 1, rates.devicePollSeconds);
  }

  /** Counts a request of a device for the tokens of its code. */
  async countDevicePoll(deviceCode: string): Promise<void> {
    await this.#devicePolls.count(deviceCode);
  }

  /** Counts a typed code before it is looked up, so that parallel guesses cannot slip through together. */
  async countUserCode(ip: string): Promise<void> {
    await this.#wrongUserCodes.count(ip);
  }

  /** Takes a typed code back that a device shows. */
  async acceptUserCode(ip: string): Promise<void> {
    await this.#wrongUserCodes.uncount(ip);
  }

  async countSignIn(ip: string): Promise<void> {
    await this.#signIns.count(ip);
  }

  async countToken(clientId: string, ip: string): Promise<void> {
    await this.#tokens.count(`${clientId} ${ip}`);
  }

  /** Refuses an IP address after too many wrong secrets for whatever clients. */
  async refuseAddress(ip: string): Promise<void> {
    await this.#wrongSecretsPerIp.refuseExhausted(ip);
  }

  /** Refuses a client at an IP address after too many wrong secrets, without checking the present one. */
  async refuseClient(clientId: string, ip: string): Promise<void> {
    await this.#wrongSecrets.refuseExhausted(`${clientId} ${ip}`);
  }

  async countWrongSecret(clientId: string, ip: string): Promise<void> {
    await this.#wrongSecretsPerIp.count(ip);
    await this.#wrongSecrets.count(`${clientId} ${ip}`);
  }
}
