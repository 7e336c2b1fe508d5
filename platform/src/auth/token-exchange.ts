import { AppError } from "@allfunds/contract/errors";
import { GRANT_CLAIM, type Caller } from "@allfunds/contract/caller";
import { requestToken, TokenRefusal } from "./request-token.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TOKEN = "urn:ietf:params:oauth:token-type:refresh_token";

interface TokenExchangeOptions {
  readonly tokenEndpoint: () => Promise<string>;
  /** The grants that the issuer's discovery document lists. */
  readonly grantTypes: () => Promise<readonly string[]>;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The audience of the tokens. */
  readonly resource: string;
  /** Reads the caller of a token. */
  readonly verify: (token: string) => Promise<Caller>;
}

/** A token is replaced this long before its expiry. */
const RENEW_BEFORE_MS = 60_000;

/**
 * Lets a service act for a caller after the caller's own token has expired: token exchange (RFC 8693). The issuer
 * limits what it may do so, to what its client may have and the caller may do.
 */
export class TokenExchange {
  readonly #options: TokenExchangeOptions;

  constructor(options: TokenExchangeOptions) {
    this.#options = options;
  }

  /**
   * Exchanges a caller's token, while it is valid, for a credential that gives tokens of the caller later. Only this
   * service's client can use it. Throws DELEGATION_UNSUPPORTED when the issuer has no token exchange,
   * DELEGATION_REFUSED when it refuses, UPSTREAM_UNAVAILABLE when it is away.
   */
  async delegate(token: string): Promise<string> {
    const answer = await this.#exchange({
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      requested_token_type: REFRESH_TOKEN,
    });
    return textOf(answer, "access_token");
  }

  /** Gives a valid token of the caller at each call, with these grants only where they are named. Throws as `delegate`. */
  tokensOf(credential: string, grants?: readonly string[]): () => Promise<string> {
    let held: { readonly token: string; readonly renewAtMs: number } | undefined;
    return async () => {
      if (held !== undefined && performance.now() < held.renewAtMs) return held.token;
      const requestedAtMs = performance.now();
      const answer = await this.#exchange({
        subject_token: credential,
        subject_token_type: REFRESH_TOKEN,
        ...(grants === undefined ? {} : { [GRANT_CLAIM]: grants.join(" ") }),
      });
      const lastsMs = Number(answer["expires_in"]) * 1_000;
      const renewAtMs = requestedAtMs + Math.max(lastsMs - RENEW_BEFORE_MS, lastsMs / 2);
      held = { token: textOf(answer, "access_token"), renewAtMs };
      return held.token;
    };
  }

  /** Whose credential it is, with what the caller may do and see by now. Throws as `delegate`. */
  async callerOf(credential: string): Promise<Caller> {
    return this.#options.verify(await this.tokensOf(credential)());
  }

  async #exchange(
    parameters: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { tokenEndpoint, grantTypes, clientId, clientSecret, resource } = this.#options;
    if (!(await grantTypes()).includes(GRANT_TYPE)) throw unsupported("it is not listed");
    try {
      const endpoint = await tokenEndpoint();
      const sent = { grant_type: GRANT_TYPE, resource, ...parameters };
      return await requestToken({ endpoint, clientId, clientSecret }, sent);
    } catch (error) {
      throw error instanceof TokenRefusal ? refusalOf(error) : unavailable(error);
    }
  }
}

function textOf(answer: Readonly<Record<string, unknown>>, name: string): string {
  const value = answer[name];
  if (typeof value === "string") return value;
  throw unavailable(new Error(`the response has no ${name}`));
}

/** Refusals of the exchange itself, not of this caller: another dialect, or a client that may not exchange. */
const NO_EXCHANGE: ReadonlySet<string> = new Set([
  "unsupported_grant_type",
  "unauthorized_client",
  "invalid_request",
]);

const refusalOf = (error: TokenRefusal): AppError =>
  NO_EXCHANGE.has(error.error)
    ? unsupported(error.message)
    : new AppError(
        "DELEGATION_REFUSED",
        "The sign-in behind this work has ended, or no longer allows it.",
        { cause: error, detail: error.message },
      );

const unsupported = (detail: string): AppError =>
  new AppError(
    "DELEGATION_UNSUPPORTED",
    "The issuer of tokens does not let this service act for you later.",
    { detail: `token exchange: ${detail}` },
  );

const unavailable = (error: unknown): AppError =>
  new AppError("UPSTREAM_UNAVAILABLE", "The issuer of tokens cannot be reached.", {
    cause: error,
    detail: `token exchange: ${error instanceof Error ? error.message : String(error)}`,
  });
