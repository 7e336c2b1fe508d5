import { AppError } from "@allfunds/contract/errors";

export interface ClientCredentialsOptions {
  /** Where the issuer makes tokens, or how to find that out. */
  readonly tokenEndpoint: string | (() => Promise<string>);
  readonly clientId: string;
  readonly clientSecret: string;
  /** The audience the token is for. */
  readonly resource: string;
  readonly scopes: readonly string[];
  /** How long before its end a token is replaced, in milliseconds. */
  readonly renewBeforeMs?: number;
  readonly timeoutMs?: number;
}

interface Held {
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface Grant {
  readonly token: string;
  /** How long the token can still be used before a new one is to be had, in milliseconds. */
  readonly renewInMs: number;
}

/** A service's own access token: asked for once however many wait, replaced before it ends. */
export class ClientCredentials {
  readonly #options: ClientCredentialsOptions;
  readonly #renewBeforeMs: number;
  #held: Held | undefined;
  #asking: Promise<Held> | undefined;

  constructor(options: ClientCredentialsOptions) {
    this.#options = options;
    this.#renewBeforeMs = options.renewBeforeMs ?? 60_000;
  }

  /** A token that is good for some time. Throws UPSTREAM_UNAVAILABLE when the issuer gives none. */
  async token(): Promise<string> {
    return (await this.#current()).token;
  }

  /** The token and when to come for the next one, for work that outlasts it. */
  async grant(): Promise<Grant> {
    const { token, expiresAtMs } = await this.#current();
    const leftMs = Math.max(expiresAtMs - performance.now(), 0);
    // A token that was born near its end is used for half of what it has.
    return { token, renewInMs: Math.max(leftMs - this.#renewBeforeMs, leftMs / 2) };
  }

  async #current(): Promise<Held> {
    const leftMs = (this.#held?.expiresAtMs ?? 0) - performance.now();
    if (this.#held !== undefined && leftMs > this.#renewBeforeMs) return this.#held;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    try {
      return await this.#asking;
    } catch (error) {
      // While the issuer is away a token near its end is still a good one.
      if (this.#held !== undefined && this.#held.expiresAtMs > performance.now()) {
        return this.#held;
      }
      throw error;
    }
  }

  /** Drops the token, for when a service has refused it. */
  forget(): void {
    this.#held = undefined;
  }

  async #ask(): Promise<Held> {
    const { tokenEndpoint, clientId, clientSecret, resource, scopes, timeoutMs } = this.#options;
    const askedAtMs = performance.now();
    try {
      const endpoint = typeof tokenEndpoint === "string" ? tokenEndpoint : await tokenEndpoint();
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { authorization: basic(clientId, clientSecret), accept: "application/json" },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          resource,
          scope: scopes.join(" "),
        }),
        signal: AbortSignal.timeout(timeoutMs ?? 5_000),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw new Error(`${response.status} ${String(answer["error"])}`);
      this.#held = {
        token: granted(answer, scopes),
        expiresAtMs: askedAtMs + Number(answer["expires_in"]) * 1000,
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

/** An issuer drops a scope the client may not have without a word; the answer's scope tells. */
function granted(answer: Record<string, unknown>, wanted: readonly string[]): string {
  const { access_token: token, scope } = answer;
  if (typeof token !== "string") throw new Error("the answer has no token");
  // RFC 6749, section 5.1: an answer without scopes grants those that were asked for.
  const given = typeof scope === "string" ? scope.split(" ") : wanted;
  const missing = wanted.filter((name) => !given.includes(name));
  if (missing.length > 0) throw new Error(`not granted: ${missing.join(" ")}`);
  return token;
}

/** RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined. */
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`;
