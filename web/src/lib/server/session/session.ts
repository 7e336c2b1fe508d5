/** Everything a session holds. The tokens never leave this server and are stored encrypted. */
export interface SessionContents {
  /** The signed-in user: the subject of the tokens. */
  readonly subject: string;
  /** The issuer's own id of this sign-in; logout tokens carry it. */
  readonly issuerSession: string | undefined;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** What the access token allows. */
  readonly scopes: readonly string[];
  /** How strongly the user signed in: `pwd`, or `mfa` with two factors. */
  readonly acr: string | undefined;
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly accessEndsAt: number;
  readonly refreshToken: string | undefined;
  /** Identifies this sign-in when the browser signs out at the issuer. */
  readonly idToken: string;
}

/** The session is over: it expired, the user signed out, or the issuer refused to renew it. */
export class SessionEnded extends Error {
  constructor() {
    super("The session has ended. Sign in again.");
  }
}

/** The issuer gave no usable answer. The session itself may still be good. */
export class IssuerUnavailable extends Error {
  constructor(cause: unknown) {
    super("The sign-in service cannot be reached. Try again in a moment.", { cause });
  }
}
