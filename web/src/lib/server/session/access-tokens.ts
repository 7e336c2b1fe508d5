import type { Issuer } from "./issuer.ts";
import type { SessionStore } from "./session-store.ts";
import { IssuerUnavailable, type SessionContents } from "./session.ts";

/** A token that ends sooner than this may end on its way. */
const SPARE_MS = 20_000;

interface Need {
  /** For how long the token has to be good. */
  readonly spareMs?: number;
  /** A token that was refused although it had not ended by our clock. */
  readonly refused?: string;
}

/**
 * Keeps the tokens of sessions fresh. A refresh token works once, so of all requests of a session, on
 * all servers, one renews while the others wait for what it brings.
 */
export class AccessTokens {
  readonly #store: SessionStore;
  readonly #issuer: Issuer;
  readonly #renewing = new Map<string, Promise<SessionContents>>();

  constructor(store: SessionStore, issuer: Issuer) {
    this.#store = store;
    this.#issuer = issuer;
  }

  /**
   * The session with a usable access token. Throws SessionEnded when the session is over, and
   * IssuerUnavailable when the issuer cannot be asked and the present token is of no use.
   */
  async freshen(id: string, contents: SessionContents, need: Need = {}): Promise<SessionContents> {
    if (isUsable(contents, need)) return contents;
    // Within this process one request asks, so that waiting ones take no connections.
    let renewing = this.#renewing.get(id);
    if (renewing === undefined) {
      renewing = this.#renew(id, need).finally(() => this.#renewing.delete(id));
      this.#renewing.set(id, renewing);
    }
    return renewing;
  }

  #renew(id: string, need: Need): Promise<SessionContents> {
    return this.#store.change(id, async (present) => {
      // Somebody else was quicker.
      if (isUsable(present, need)) return present;
      try {
        return await this.#issuer.renew(present);
      } catch (error) {
        const goesOn = present.accessEndsAt > Date.now() && need.refused !== present.accessToken;
        if (error instanceof IssuerUnavailable && goesOn) return present;
        throw error;
      }
    });
  }
}

const isUsable = (
  { accessToken, accessEndsAt }: SessionContents,
  { spareMs = SPARE_MS, refused }: Need,
): boolean => accessToken !== refused && accessEndsAt - spareMs > Date.now();
