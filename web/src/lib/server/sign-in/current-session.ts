import { decodeJwt } from "jose";
import { viewerOf, type Viewer } from "../../session/viewer.ts";
import type { TokenNeed } from "../session/access-tokens.ts";
import type { SessionContents } from "../session/session.ts";
import type { SignIn } from "./sign-in.ts";

/** The session of the present request. */
export class CurrentSession {
  readonly #signIn: SignIn;
  readonly #id: string;
  #contents: SessionContents;

  constructor(signIn: SignIn, id: string, contents: SessionContents) {
    this.#signIn = signIn;
    this.#id = id;
    this.#contents = contents;
  }

  get viewer(): Viewer {
    return viewerOf(this.#contents);
  }

  get subject(): string {
    return this.#contents.subject;
  }

  /** Whose user it is, as the access token states it; an issuer with opaque tokens has each user count for itself. */
  get tenant(): string {
    try {
      const { tenant } = decodeJwt(this.#contents.accessToken);
      return typeof tenant === "string" ? tenant : this.subject;
    } catch {
      return this.subject;
    }
  }

  /** How long the access token remains valid. */
  get tokenEndsInMs(): number {
    return Math.max(0, this.#contents.accessEndsAt - Date.now());
  }

  /**
   * An access token that meets the need, renewed if necessary. Throws SessionEnded, or
   * IssuerUnavailable when the present token is unusable and the issuer gives no answer.
   */
  async accessToken(need: TokenNeed = {}): Promise<string> {
    this.#contents = await this.#signIn.tokens.freshen(this.#id, this.#contents, need);
    return this.#contents.accessToken;
  }

  /** Ends the session here, and returns the address at which the browser ends it at the issuer. */
  async end(): Promise<string> {
    await this.#signIn.store.end(this.#id);
    return this.#signIn.issuer.signOutUrl(this.#contents.idToken);
  }
}
