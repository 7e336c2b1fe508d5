import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { internalAddress } from "./issuer-addresses.ts";
import type { Issuer, IssuerSettings } from "./issuer.ts";

const LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
const MAXIMUM_AGE = "2 minutes";

/** What a logout token ends: one sign-in, or all sign-ins of a user. */
export type LoggedOut = { issuerSession: string } | { subject: string };

/** Verifies logout tokens of the issuer (OpenID Connect Back-Channel Logout 1.0). */
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
    // An ID token has a nonce, so it cannot be used as a logout token.
    if (!isLogout || nonce !== undefined) throw new Error("The token is not a logout token.");
    if (typeof sid === "string") return { issuerSession: sid };
    if (typeof sub === "string") return { subject: sub };
    throw new Error("The logout token has neither sid nor sub.");
  }

  async #keySet(): Promise<ReturnType<typeof createRemoteJWKSet>> {
    if (this.#keys !== undefined) return this.#keys;
    const { jwks_uri: jwksUri } = (await this.#issuer.configuration()).serverMetadata();
    if (jwksUri === undefined) throw new Error("The issuer publishes no keys.");
    this.#keys = createRemoteJWKSet(new URL(jwksUri), {
      [customFetch]: (url, init) => fetch(internalAddress(url, this.#settings), init),
    });
    return this.#keys;
  }
}
