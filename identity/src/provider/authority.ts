import { randomBytes } from "node:crypto";
import { ALL_GRANTED, EVERY_TENANT } from "@allfunds/platform/auth";
import { revocationKeys } from "@allfunds/platform/auth/tokens";
import type { Pool } from "@allfunds/platform/database";
import { isScope } from "@allfunds/contract/scopes";
import { createLocalJWKSet, jwtVerify, type JWK, type JWTPayload } from "jose";
import { errors, type AdapterPayload } from "oidc-provider";
import { scopesOf } from "../access/roles.ts";
import { isRevoked } from "../revocations/revocation.ts";
import { ProtocolStore } from "../store/protocol-store.ts";
import { findUser, type User } from "../users/user.ts";
import { refuseSingleFactor } from "./token-claims.ts";
import type { OAuthClients, TenantClientMetadata } from "./oauth-clients.ts";

type Funds = typeof ALL_GRANTED | readonly string[];

/** Whom a token speaks for, and what it allows: as much as may be handed on, never more. */
export interface Authority {
  readonly tenantId: string;
  /** The user's id, or that of an API client. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly funds: Funds;
  /** Of a user: the grant of the sign-in behind it, and how the user signed in. */
  readonly grantId?: string | undefined;
  readonly acr?: string | undefined;
  readonly amr?: readonly string[] | undefined;
  readonly authTime?: number | undefined;
}

/** Who stands behind an authority now: its user, or its API client. */
export interface Principal {
  readonly user?: User;
  /** Of an API client: the person behind it. */
  readonly owner?: string | undefined;
  readonly scopes: readonly string[];
  readonly funds: Funds;
}

export interface Issued {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly JWK[];
}

/** The authority of an access token that was issued here, is for the graph and has not ended. */
export async function authorityOfToken(
  token: string,
  { pool, ...issued }: Issued & { readonly pool: Pool },
): Promise<Authority> {
  const claims = await verifiedClaims(token, issued).catch(() => undefined);
  if (claims === undefined || (await isRevoked(pool, revocationKeys(claims), claims.iat ?? 0))) {
    throw new errors.InvalidGrant("the subject token is not valid or has ended");
  }
  return authorityOfClaims(claims);
}

/** The claims of an access token that was issued here, is for the graph and has not expired; rejects for any other. */
export async function verifiedClaims(token: string, issued: Issued): Promise<JWTPayload> {
  const keys = createLocalJWKSet({
    keys: issued.keys.filter(({ alg }) => alg === "ES256").map(publicPart),
  });
  const { issuer, audience } = issued;
  const verified = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: ["ES256"],
    typ: "at+jwt",
    requiredClaims: ["sub", "exp", "iat", "tenant"],
  });
  return verified.payload;
}

const publicPart = ({ d: _private, ...key }: JWK): JWK => key;

export function authorityOfClaims(claims: JWTPayload): Authority {
  const { tenant, funds, scope, acr, amr, auth_time: authTime, grant, sub = "" } = claims;
  if (claims["act"] !== undefined) {
    throw new errors.InvalidGrant("a token that was exchanged is not exchanged again");
  }
  if (tenant === EVERY_TENANT) {
    throw new errors.InvalidGrant("a service of the system is no caller");
  }
  return {
    tenantId: String(tenant),
    subject: sub,
    scopes: typeof scope === "string" ? scope.split(" ") : [],
    funds: funds === ALL_GRANTED ? ALL_GRANTED : (funds as readonly string[]),
    grantId: grant as string | undefined,
    acr: acr as string | undefined,
    amr: amr as readonly string[] | undefined,
    authTime: authTime as number | undefined,
  };
}

/** How long a service may act for a caller who is no longer there. */
const DELEGATION_SECONDS = 3600;

/**
 * Authorities that a service of the system keeps for work that outlives its caller's token. They are stored with the
 * other records of a sign-in, so that ending it ends them.
 */
export class Delegations {
  readonly #store: ProtocolStore;

  constructor(pool: Pool) {
    this.#store = new ProtocolStore(pool, "Delegation");
  }

  /** A credential for the authority that only this client can use, and its lifetime in seconds. */
  async keep(
    clientId: string,
    authority: Authority,
  ): Promise<{ readonly credential: string; readonly seconds: number }> {
    const credential = randomBytes(32).toString("base64url");
    const { subject: accountId, grantId } = authority;
    const payload = { clientId, accountId, grantId, authority } as AdapterPayload;
    await this.#store.upsert(credential, payload, DELEGATION_SECONDS);
    return { credential, seconds: DELEGATION_SECONDS };
  }

  async find(credential: string, clientId: string): Promise<Authority> {
    const found = await this.#store.find(credential);
    // One sentence for both: a client does not learn which credentials others have.
    if (found === undefined || found.clientId !== clientId) {
      throw new errors.InvalidGrant("the delegation does not exist or has ended");
    }
    return found["authority"] as Authority;
  }
}

/** Whom the authority belongs to, as they are now. Refuses when they were disabled, or their sign-in has ended. */
export async function requirePrincipal(
  authority: Authority,
  pool: Pool,
  clients: OAuthClients,
): Promise<Principal> {
  return authority.grantId === undefined
    ? requireClient(authority, clients)
    : requireUser(authority, authority.grantId, pool);
}

async function requireUser(
  { subject, tenantId, acr }: Authority,
  grantId: string,
  pool: Pool,
): Promise<Principal> {
  const user = await findUser(pool, subject);
  if (user?.status !== "ACTIVE" || user.tenantId !== tenantId) {
    throw new errors.InvalidGrant("the user is not active");
  }
  const grant = await new ProtocolStore(pool, "Grant").find(grantId);
  if (grant?.accountId !== subject) throw new errors.InvalidGrant("the sign-in has ended");
  refuseSingleFactor(user, acr);
  const { roles, allFunds, fundIds } = user;
  return { user, scopes: scopesOf(roles, acr), funds: allFunds ? ALL_GRANTED : fundIds };
}

async function requireClient(
  { subject, tenantId }: Authority,
  clients: OAuthClients,
): Promise<Principal> {
  const found = clients.isTenantClient(subject) ? await clients.find(subject) : undefined;
  const { tenant, owner, api_scopes: scopes = [] } = (found ?? {}) as TenantClientMetadata;
  if (tenant !== tenantId) throw new errors.InvalidGrant("the API client was revoked or expired");
  return { owner, scopes, funds: ALL_GRANTED };
}

/** What is requested of an authority; all of it that the actor may have when absent. */
interface Wanted {
  readonly scopes: readonly string[] | undefined;
  readonly funds: readonly string[] | undefined;
}

/**
 * The part of an authority that is requested: within what its token allowed, what the actor may have, and what the
 * principal may do now. Nothing is dropped silently: what goes beyond any of them is refused.
 */
export function narrow(
  authority: Authority,
  principal: Pick<Principal, "scopes" | "funds">,
  actorScopes: readonly string[],
  wanted: Wanted,
): Authority {
  const mayHave = (scope: string): boolean =>
    isScope(scope) &&
    [authority.scopes, principal.scopes, actorScopes].every((each) => each.includes(scope));
  const scopes = wanted.scopes ?? authority.scopes.filter(mayHave);
  const tooMuch = scopes.filter((scope) => !mayHave(scope));
  if (scopes.length === 0 || tooMuch.length > 0) {
    throw new errors.InvalidScope(
      "wider than what the caller or the client may",
      tooMuch.join(" "),
    );
  }
  const allowed = common(authority.funds, principal.funds);
  const funds = wanted.funds ?? allowed;
  if (funds !== ALL_GRANTED && common(funds, allowed).length < funds.length) {
    throw new errors.InvalidScope("the caller has not all of these funds", scopes.join(" "));
  }
  return { ...authority, scopes, funds };
}

function common(some: Funds, others: Funds): Funds {
  if (some === ALL_GRANTED) return others;
  return others === ALL_GRANTED ? some : some.filter((fund) => others.includes(fund));
}
