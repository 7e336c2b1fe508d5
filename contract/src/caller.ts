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
  /** Whether the tenant has two administrators or more; absent for an issuer that does not send it. */
  readonly secondAdministrator?: boolean;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** The funds the caller may see; `ALL_GRANTED` for every fund of the tenant. */
  readonly funds: Grants;
  /** Strength of the sign-in: `mfa` for two factors. */
  readonly acr: string | undefined;
  /** The factors of the sign-in, as RFC 8176 names them. */
  readonly amr: readonly string[];
  readonly expiresAt: Date;
  /** The dated version of the REST API that the client is pinned to, when the issuer sends it. */
  readonly apiVersion?: string;
  /** The thumbprint of the key that the token is bound to (RFC 9449); it is refused without a proof of that key. */
  readonly keyThumbprint?: string;
  /** Becomes true when the issuer ends the token before its time; absent for an issuer that does not publish it. */
  readonly isRevoked?: boolean;
}

/** What a tenant's caller is granted: everything, or what is on a list of ids. It grants funds, each with its book. */
export type Grants = typeof ALL_GRANTED | readonly string[];

export const ALL_GRANTED = "*";

/** Where callers are not authenticated, all of them see everything. */
export const grantsOf = ({ caller }: MaybeCaller): Grants => caller?.funds ?? ALL_GRANTED;

/** A request, which has no caller where no token is required. */
interface MaybeCaller {
  readonly caller?: Pick<Caller, "funds"> | undefined;
}

/** Whether the caller may see the fund. Treat a fund that it may not see as absent. */
export const maySeeFund = ({ funds }: Pick<Caller, "funds">, fundId: string): boolean =>
  isGranted(funds, fundId);

/** The same for a request; without a caller every fund is visible. */
export const seesFund = (request: MaybeCaller, fundId: string): boolean =>
  isGranted(grantsOf(request), fundId);

export const isGranted = (grants: Grants, id: string): boolean =>
  grants === ALL_GRANTED || grants.includes(id);

/** The setting of a database session by which row-level security reads the grants of who reads. */
export const GRANT_SETTING = "app.funds";

/** The claim of a token, and the parameter of a token exchange, with the grants. */
export const GRANT_CLAIM = "funds";

/** The column of what rows belong to, in tables that show granted rows only. */
export const GRANT_COLUMN = "fund_id";

/** The same in the graph: the field of an object, and what its description calls it. */
export const GRANT_FIELD = "fundId";
export const GRANT_NAME = "fund";

/** The policy of those tables. */
export const GRANT_POLICY = "granted_funds";

/** The tenant of the system's own services, which follow the events of every tenant. */
export const EVERY_TENANT = "*";

/** The acr of a sign-in with two factors. */
export const MFA = "mfa";
