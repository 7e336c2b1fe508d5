import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { AppError } from "@allfunds/contract/errors";

export interface IssuerKeysOptions {
  /** URL of the issuer's keys, or a function that finds it. */
  readonly jwksUri: string | (() => Promise<string>);
  /** Age at which the key set is read again, in milliseconds; after a failure the old one stays. */
  readonly refreshAfterMs?: number;
  /** Least time between two reads because of unknown keys, in milliseconds. */
  readonly cooldownMs?: number;
  /** Time limit for a request to the issuer, in milliseconds. */
  readonly timeoutMs?: number;
}

const FIRST_COOLDOWN_MS = 250;

interface KeySet {
  readonly find: ReturnType<typeof createLocalJWKSet>;
  readonly readAtMs: number;
}

/**
 * The issuer's public keys, read over HTTP and cached. While the issuer is unavailable, the cached keys
 * stay in use. A token with another key then gets UPSTREAM_UNAVAILABLE, because it may be valid.
 */
export class IssuerKeys {
  readonly #jwksUri: IssuerKeysOptions["jwksUri"];
  readonly #refreshAfterMs: number;
  readonly #cooldownMs: number;
  readonly #timeoutMs: number;
  #cached: KeySet | undefined;
  #triedAtMs = Number.NEGATIVE_INFINITY;
  #lastTryFailed = false;
  #reading: Promise<boolean> | undefined;

  constructor({ jwksUri, refreshAfterMs, cooldownMs, timeoutMs }: IssuerKeysOptions) {
    this.#jwksUri = jwksUri;
    this.#refreshAfterMs = refreshAfterMs ?? 300_000;
    this.#cooldownMs = cooldownMs ?? 5_000;
    this.#timeoutMs = timeoutMs ?? 3_000;
  }

  /** A readiness check: rejects while no keys are cached. */
  async ready(): Promise<void> {
    if (this.#cached !== undefined || (await this.#readUnlessCooling())) return;
    throw unavailable("no keys read yet");
  }

  /** The key that a token's header names; jose calls this. */
  readonly get: JWTVerifyGetKey = async (header, token) => {
    if (this.#cached === undefined && !(await this.#readUnlessCooling())) {
      throw unavailable("no keys read yet");
    }
    const cached = this.#cached as KeySet;
    // Stale keys stay in use; they are read again in the background, not before the request.
    if (performance.now() - cached.readAtMs > this.#refreshAfterMs) void this.#readUnlessCooling();
    try {
      return await cached.find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    await this.#readUnlessCooling();
    try {
      return await (this.#cached as KeySet).find(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey && this.#lastTryFailed) {
        throw unavailable("the key is unknown and the issuer is unavailable");
      }
      throw error;
    }
  };

  /** True when the keys were read now. Forged key ids cause at most one read per cooldown. */
  #readUnlessCooling(): Promise<boolean> {
    if (this.#reading !== undefined) return this.#reading;
    // Without keys the service refuses every request, so it retries soon after its issuer starts.
    const cooldownMs = Math.min(
      this.#cooldownMs,
      this.#cached === undefined ? FIRST_COOLDOWN_MS : Number.POSITIVE_INFINITY,
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
      this.#cached = { find, readAtMs: performance.now() };
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
