import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { insideAddress } from "./issuer-addresses.ts";
import type { Issuer, IssuerSettings } from "./issuer.ts";

const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
const MAXIMUM_AGE = "2 minutes";

/** What a logout token ends: one sign-in, or everything of a user. */
export type LoggedOut = { issuerSession: string } | { subject: string };

/** Reads logout tokens (OpenID Connect Back-Channel Logout 1.0) and believes only the issuer's own. */
export class LogoutTokens {
  readonly #issuer: Issuer;
  readonly #settings: IssuerSettings;
  #keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(issuer: Issuer, settings: IssuerSettings) {
    this.#issuer = issuer;
    this.#settings = settings;
  }

  /** Throws for anything that is not a fresh logout token for this client. */
  async read(token: string): Promise<LoggedOut> {
    const { issuer, clientId } = this.#settings;
    const { payload } = await jwtVerify(token, await this.#keySet(), {
      issuer,
      audience: clientId,
      typ: "logout+jwt",
      algorithms: ["ES256", "RS256", "PS256", "EdDSA"],
      maxTokenAge: MAXIMUM_AGE,
      clockTolerance: 5,
      requiredClaims: ["jti", "iat", "events"],
    });
    const { events, nonce, sid, sub } = payload;
    const isLogout = typeof events === "object" && events !== null && LOGOUT_EVENT in events;
    // An ID token has a nonce: the rule keeps one from being passed off as a logout token.
    if (!isLogout || nonce !== undefined) throw new Error("This is no logout token.");
    if (typeof sid === "string") return { issuerSession: sid };
    if (typeof sub === "string") return { subject: sub };
    throw new Error("The logout token names nobody.");
  }

  async #keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    if (this.#keys !== undefined) return this.#keys;
    const { jwks_uri: jwksUri } = (await this.#issuer.configuration()).serverMetadata();
    if (jwksUri === undefined) throw new Error("The issuer publishes no keys.");
    this.#keys = createRemoteJWKSet(new URL(jwksUri), {
      [customFetch]: (url, init) => fetch(insideAddress(url, this.#settings), init),
    });
    return this.#keys;
  }
}
