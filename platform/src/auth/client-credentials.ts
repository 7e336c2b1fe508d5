import { AppError } from "@allfunds/contract/errors";
import { requestToken } from "./request-token.ts";

export interface ClientCredentialsOptions {
  /** The issuer's token endpoint, or a function that finds it. */
  readonly tokenEndpoint: string | (() => Promise<string>);
  readonly clientId: string;
  readonly clientSecret: string;
  /** The audience the token is for. */
  readonly resource: string;
  readonly scopes: readonly string[];
  /** How long before its expiry a token is replaced, in milliseconds. */
  readonly renewBeforeMs?: number;
  readonly timeoutMs?: number;
}

interface Held {
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface Grant {
  readonly token: string;
  /** How long to use the token before requesting a new one, in milliseconds. */
  readonly renewInMs: number;
}

/** A service's own access token: concurrent calls share one request, and it is renewed before it expires. */
export class ClientCredentials {
  readonly #options: ClientCredentialsOptions;
  readonly #renewBeforeMs: number;
  #held: Held | undefined;
  #requesting: Promise<Held> | undefined;

  constructor(options: ClientCredentialsOptions) {
    this.#options = options;
    this.#renewBeforeMs = options.renewBeforeMs ?? 60_000;
  }

  /** A valid token. Throws UPSTREAM_UNAVAILABLE when the issuer grants none. */
  async token(): Promise<string> {
    return (await this.#current()).token;
  }

  /** The token and the time to its renewal, for work that lasts longer than the token. */
  async grant(): Promise<Grant> {
    const { token, expiresAtMs } = await this.#current();
    const leftMs = Math.max(expiresAtMs - performance.now(), 0);
    // A short-lived token is used for half of its lifetime.
    return { token, renewInMs: Math.max(leftMs - this.#renewBeforeMs, leftMs / 2) };
  }

  async #current(): Promise<Held> {
    const leftMs = (this.#held?.expiresAtMs ?? 0) - performance.now();
    if (this.#held !== undefined && leftMs > this.#renewBeforeMs) return this.#held;
    this.#requesting ??= this.#request().finally(() => {
      this.#requesting = undefined;
    });
    try {
      return await this.#requesting;
    } catch (error) {
      // While the issuer is unavailable, a token that expires soon is still valid.
      if (this.#held !== undefined && this.#held.expiresAtMs > performance.now()) {
        return this.#held;
      }
      throw error;
    }
  }

  /** Drops the token after a service has refused it. */
  evict(): void {
    this.#held = undefined;
  }

  async #request(): Promise<Held> {
    const { tokenEndpoint, clientId, clientSecret, resource, scopes, timeoutMs } = this.#options;
    const requestedAtMs = performance.now();
    try {
      const endpoint = typeof tokenEndpoint === "string" ? tokenEndpoint : await tokenEndpoint();
      const answer = await requestToken(
        { endpoint, clientId, clientSecret, timeoutMs },
        { grant_type: "client_credentials", resource, scope: scopes.join(" ") },
      );
      this.#held = {
        token: granted(answer, scopes),
        expiresAtMs: requestedAtMs + Number(answer["expires_in"]) * 1000,
      };
      return this.#held;
    } catch (error) {
      throw new AppError("UPSTREAM_UNAVAILABLE", "The service cannot sign in at the moment.", {
        cause: error,
        detail: `client ${clientId}: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
  }
}

/** An issuer may silently drop a scope, so the scopes of its response are compared with the requested ones. */
function granted(answer: Record<string, unknown>, wanted: readonly string[]): string {
  const { access_token: token, scope } = answer;
  if (typeof token !== "string") throw new Error("the response has no token");
  // RFC 6749, section 5.1: a response without scopes grants the requested ones.
  const given = typeof scope === "string" ? scope.split(" ") : wanted;
  const missing = wanted.filter((name) => !given.includes(name));
  if (missing.length > 0) throw new Error(`not granted: ${missing.join(" ")}`);
  return token;
}
