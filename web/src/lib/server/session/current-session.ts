import { viewerOf, type Viewer } from "../../session/viewer.ts";
import type { SessionContents } from "./session.ts";
import type { SignIn } from "./sign-in.ts";

interface Need {
  readonly spareMs?: number;
  readonly refused?: string;
}

/** The session of the request that is being answered. */
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

  /** How long the access token is good for yet. */
  get tokenEndsInMs(): number {
    return Math.max(0, this.#contents.accessEndsAt - Date.now());
  }

  /** For the cookie and for replacing the session. */
  get id(): string {
    return this.#id;
  }

  /**
   * An access token that is good for a while. Throws SessionEnded, or IssuerUnavailable when the
   * present one is of no use and no other can be had.
   */
  async accessToken(need: Need = {}): Promise<string> {
    this.#contents = await this.#signIn.tokens.freshen(this.#id, this.#contents, need);
    return this.#contents.accessToken;
  }

  /** Ends it here, and answers where the browser ends it at the issuer. */
  async end(): Promise<string> {
    await this.#signIn.store.end(this.#id);
    return this.#signIn.issuer.signOutUrl(this.#contents.idToken);
  }
}
