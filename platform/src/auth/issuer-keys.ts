import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { AppError } from "@allfunds/contract/errors";

export interface IssuerKeysOptions {
  /** Where the issuer publishes its keys, or how to find that out. */
  readonly jwksUri: string | (() => Promise<string>);
  /** Age at which the key set is read again, in milliseconds; a failure keeps the old one. */
  readonly refreshAfterMs?: number;
  /** Least time between two readings for the sake of an unknown key, in milliseconds. */
  readonly cooldownMs?: number;
  /** Longest wait for the issuer, in milliseconds. */
  readonly timeoutMs?: number;
}

const FIRST_COOLDOWN_MS = 250;

interface KeySet {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly readAtMs: number;
}

/**
 * The issuer's public keys, read over HTTP and kept. While the issuer is away the known keys go on
 * deciding; a token whose key is not among them then gets UPSTREAM_UNAVAILABLE, because nobody can
 * say that it is wrong.
 */
export class IssuerKeys {
  readonly #jwksUri: IssuerKeysOptions["jwksUri"];
  readonly #refreshAfterMs: number;
  readonly #cooldownMs: number;
  readonly #timeoutMs: number;
  #known: KeySet | undefined;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #lastTryFailed = false;
  #reading: Promise<boolean> | undefined;

  constructor({ jwksUri, refreshAfterMs, cooldownMs, timeoutMs }: IssuerKeysOptions) {
    this.#jwksUri = jwksUri;
    this.#refreshAfterMs = refreshAfterMs ?? 300_000;
    this.#cooldownMs = cooldownMs ?? 5_000;
    this.#timeoutMs = timeoutMs ?? 3_000;
  }

  /** Rejects while there are no keys to decide with: the check a service's readiness wants. */
  async ready(): Promise<void> {
    if (this.#known !== undefined || (await this.#readUnlessCooling())) return;
    throw unavailable("no keys yet");
  }

  /** The key a token's header names, as jose asks for it. */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    if (this.#known === undefined && !(await this.#readUnlessCooling())) {
      throw unavailable("no keys yet");
    }
    const known = this.#known as KeySet;
    // Stale keys still decide: they are read again beside the request, not before it.
    if (performance.now() - known.readAtMs > this.#refreshAfterMs) void this.#readUnlessCooling();
    try {
      return await known.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.#readUnlessCooling();
    try {
      return await (this.#known as KeySet).find(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey && this.#lastTryFailed) {
        throw unavailable("the key is unknown and the issuer is away");
      }
      throw error;
    }
  };

  /** True when the keys were read just now. Forged key ids cannot make us read more often than the cooldown. */
  #readUnlessCooling(): Promise<boolean> {
    if (this.#reading !== undefined) return this.#reading;
    // Who has no keys yet answers nobody: it looks again soon, so as not to start later than its issuer.
    const cooldownMs = Math.min(
      this.#cooldownMs,
      this.#known === undefined ? FIRST_COOLDOWN_MS : Number.POSITIVE_INFINITY,
    );
    if (performance.now() - this.#triedAtMs < cooldownMs) return Promise.resolve(false);
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<boolean> {
    try {
      const uri = typeof this.#jwksUri === "string" ? this.#jwksUri : await this.#jwksUri();
      const response = await fetch(uri, {
        headers: { accept: "application/jwk-set+json, application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const find = createLocalJWKSet((await response.json()) as JSONWebKeySet);
      this.#known = { find, readAtMs: performance.now() };
      this.#lastTryFailed = false;
      return true;
    } catch {
      this.#lastTryFailed = true;
      return false;
    } finally {
      this.#triedAtMs = performance.now();
    }
  }
}

const unavailable = (detail: string): AppError =>
  new AppError("UPSTREAM_UNAVAILABLE", "Sign-in cannot be checked at the moment. Try again soon.", {
    detail,
  });
