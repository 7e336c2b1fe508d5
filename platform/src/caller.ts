/** The user or client of a verified access token. */
export interface Caller {
  readonly kind: "user" | "client";
  /** The tenant the token is for. */
  readonly tenantId: string;
  /** The user's or the client's id, unique at its issuer. */
  readonly subject: string;
  /** The OAuth client that holds the token. */
  readonly clientId: string;
  /** Of an API client: the user who created it, when the issuer sends it. */
  readonly owner?: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** The funds the caller may see; `ALL_FUNDS` for every fund of the tenant. */
  readonly funds: typeof ALL_FUNDS | readonly string[];
  /** Strength of the sign-in: `mfa` for two factors. */
  readonly acr: string | undefined;
  /** The factors of the sign-in, as RFC 8176 names them. */
  readonly amr: readonly string[];
  readonly expiresAt: Date;
  /** The dated version of the REST API that the client is pinned to, when the issuer sends it. */
  readonly apiVersion?: string;
  /** Becomes true when the issuer ends the token before its time; absent for an issuer that does not publish it. */
  readonly isRevoked?: boolean;
}

export const ALL_FUNDS = "*";

/** The tenant of the system's own services, which follow the events of every tenant. */
export const EVERY_TENANT = "*";

/** The acr of a sign-in with two factors. */
export const MFA = "mfa";
