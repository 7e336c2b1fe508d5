/** Everything a session keeps. The tokens never leave this server, and rest encrypted. */
export interface SessionContents {
  /** Who is signed in: the subject of the tokens. */
  readonly subject: string;
  /** The issuer's own name for this sign-in; logout tokens carry it. */
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
  /** Vouches for this browser when it signs out at the issuer. */
  readonly idToken: string;
}

/** The session is over: it ran out, was signed out, or the issuer renews it no more. */
export class SessionEnded extends Error {
  constructor() {
    super("The session has ended.");
  }
}

/** The issuer gave no usable answer. Nothing is known about the session because of that. */
export class IssuerUnavailable extends Error {
  constructor(cause: unknown) {
    super("The sign-in service cannot be reached.", { cause });
  }
}
