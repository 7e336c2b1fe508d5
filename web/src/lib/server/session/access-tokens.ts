import type { SessionStore } from "./session-store.ts";
import { IssuerUnavailable, type SessionContents } from "./session.ts";

/** A token that ends sooner than this may end on its way. */
const SPARE_MS = 20_000;

/** What a caller requires of an access token. */
export interface TokenNeed {
  /** How long the token has to remain valid. */
  readonly spareMs?: number;
  /** A token that the graph refused before it had expired. */
  readonly refused?: string;
}

/** The issuer, as far as renewal goes. */
export interface TokenIssuer {
  /** Throws SessionEnded when the issuer refuses, and IssuerUnavailable when it gives no answer. */
  renew(contents: SessionContents): Promise<SessionContents>;
}

/**
 * Renews the access tokens of sessions. A refresh token works once. Of all requests of a session, on
 * all servers, one renews while the others wait for its result.
 */
export class AccessTokens {
  readonly #store: SessionStore;
  readonly #issuer: TokenIssuer;
  readonly #renewing = new Map<string, Promise<SessionContents>>();

  constructor(store: SessionStore, issuer: TokenIssuer) {
    this.#store = store;
    this.#issuer = issuer;
  }

  /**
   * The session with a usable access token. Throws SessionEnded when the session is over, and
   * IssuerUnavailable when the issuer gives no answer and the present token is unusable.
   */
  async freshen(
    id: string,
    contents: SessionContents,
    need: TokenNeed = {},
  ): Promise<SessionContents> {
    if (isUsable(contents, need)) return contents;
    // Within this process one request renews; the others wait without a database connection.
    let renewing = this.#renewing.get(id);
    if (renewing === undefined) {
      renewing = this.#renew(id, need).finally(() => this.#renewing.delete(id));
      this.#renewing.set(id, renewing);
    }
    return renewing;
  }

  #renew(id: string, need: TokenNeed): Promise<SessionContents> {
    return this.#store.change(id, async (present) => {
      // Another server has renewed it already.
      if (isUsable(present, need)) return present;
      try {
        return await this.#issuer.renew(present);
      } catch (error) {
        const stillValid =
          present.accessEndsAt > Date.now() && need.refused !== present.accessToken;
        if (error instanceof IssuerUnavailable && stillValid) return present;
        throw error;
      }
    });
  }
}

const isUsable = (
  { accessToken, accessEndsAt }: SessionContents,
  { spareMs = SPARE_MS, refused }: TokenNeed,
): boolean => accessToken !== refused && accessEndsAt - spareMs > Date.now();
