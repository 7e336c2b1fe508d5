import { ALL_SCOPES, isScope, SYSTEM_SCOPES } from "@allfunds/contract/scopes";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import {
  errors,
  type AccessToken,
  type Account,
  type ClientCredentials,
  type JWTStructured,
  type KoaContextWithOIDC,
  type ResourceServer,
} from "oidc-provider";
import { scopesOf } from "../access/roles.ts";
import { hasSecondAdministrator } from "../users/administrator-change.ts";
import { findUser, type SignInUser } from "../users/user.ts";
import { ACCESS_TOKEN_SECONDS } from "./lifetimes.ts";
import type { TenantClientMetadata } from "./oauth-clients.ts";

export interface UserAccount extends Account {
  readonly user: SignInUser;
}

/** The account behind a subject; undefined, and so refused everywhere, when it is not active. */
export const findAccount =
  (pool: Pool) =>
  async (_context: KoaContextWithOIDC, userId: string): Promise<UserAccount | undefined> => {
    const user = await findUser(pool, userId);
    if (user?.status !== "ACTIVE") return undefined;
    const { tenantId, email, name, roles } = user;
    return {
      accountId: userId,
      user,
      claims: () => ({
        sub: userId,
        name,
        email,
        // The invitation was accepted at this address.
        email_verified: true,
        tenant: tenantId,
        roles: [...roles],
      }),
    };
  };

/** The code or token that a token is made from: it records how the user signed in. */
const signInOf = ({ oidc: { entities } }: KoaContextWithOIDC) =>
  entities.AuthorizationCode ?? entities.RefreshToken ?? entities.DeviceCode;

/**
 * The graph as a resource: the caller's roles decide which of its scopes exist. Read for every token, so
 * a changed role counts from the next refresh on.
 */
export const graphResource =
  (audience: string, assistantsResource?: string) =>
  (context: KoaContextWithOIDC, resource: string, client: object): ResourceServer => {
    if (resource !== audience && resource !== assistantsResource)
      throw new errors.InvalidTarget("there is no such resource");
    const allowed = allowedScopes(context, client);
    refuseUnknownScopes(context, client);
    return {
      scope: allowed.join(" "),
      audience,
      accessTokenTTL: ACCESS_TOKEN_SECONDS,
      accessTokenFormat: "jwt",
      jwt: { sign: { alg: "ES256" } },
    };
  };

function allowedScopes(
  context: KoaContextWithOIDC,
  client: TenantClientMetadata,
): readonly string[] {
  if (client.api_scopes !== undefined) return client.api_scopes;
  const ofApplication = client.application_scopes ?? ALL_SCOPES;
  const account = context.oidc.entities.Account as UserAccount | undefined;
  // Before sign-in the user is unknown; the token is narrowed when it is made.
  if (account === undefined) return ofApplication;
  const { user } = account;
  // An application is for the users of the tenant that registered it.
  if (client.application_scopes !== undefined && client.tenant !== user.tenantId) return [];
  return scopesOf(user.roles, signInOf(context)?.acr).filter((scope) =>
    ofApplication.includes(scope),
  );
}

export const IDENTITY_SCOPES = ["openid", "profile", "email"] as const;

/** What each scope of the user's identity shows of the user. */
export const CLAIMS_OF_SCOPES: Readonly<Record<string, string[]>> = {
  openid: ["sub", "acr", "amr", "tenant", "roles"],
  profile: ["name"],
  email: ["email", "email_verified"],
};

const isSystemScope = (scope: string): boolean => SYSTEM_SCOPES.some((known) => known === scope);

const isIdentityScope = (scope: string): boolean =>
  IDENTITY_SCOPES.some((known) => known === scope);

/**
 * A token without the scopes that were requested would fail later and elsewhere: a scope that does not exist, or scopes
 * of which the client can have none, are `invalid_scope` at once (RFC 6749, sections 4.1.2.1 and 5.2). Of several the
 * token has those that client and user may have.
 */
function refuseUnknownScopes({ oidc }: KoaContextWithOIDC, client: TenantClientMetadata): void {
  const requested = oidc.params?.["scope"];
  if (typeof requested !== "string" || client.exchange_scopes !== undefined) return;
  const ofGraph = requested.split(" ").filter((scope) => scope !== "" && !isIdentityScope(scope));
  const possible = client.api_scopes ?? client.application_scopes ?? ALL_SCOPES;
  const unknown = ofGraph.filter((scope) => !isScope(scope) && !isSystemScope(scope));
  if (unknown.length > 0) {
    throw new errors.InvalidScope("there is no such scope", unknown.join(" "));
  }
  if (ofGraph.length > 0 && !ofGraph.some((scope) => possible.includes(scope))) {
    throw new errors.InvalidScope("the client cannot have this scope", ofGraph.join(" "));
  }
}

/** The resource of a request that names none: the graph, unless only the user's identity is requested. */
export const defaultResource =
  (audience: string) =>
  ({ oidc }: KoaContextWithOIDC, client: object): string[] => {
    const { application_scopes: scopes } = client as TenantClientMetadata;
    if (scopes === undefined) return [audience];
    const requested = oidc.params?.["scope"];
    const onlyIdentity =
      typeof requested !== "string" || requested.split(" ").every(isIdentityScope);
    return onlyIdentity ? [] : [audience];
  };

/** The audience of a token for a resource that stands for the graph: both, because that resource calls the graph with it. */
export function withResource(
  _context: KoaContextWithOIDC,
  { resourceServer }: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
): void {
  const resource = resourceServer?.identifier();
  const { aud } = payload;
  if (resource !== undefined && resource !== aud) payload["aud"] = [aud, resource];
}

/**
 * Adds whether the tenant has a second administrator: who loosens a control then needs one's approval. As it is in each
 * token, a service that decides needs no other one, and records what it decided by.
 */
export async function withAdministrators(
  pool: Pool,
  claims: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { tenant } = claims;
  if (typeof tenant !== "string" || !isId(tenant)) return claims;
  return { ...claims, second_administrator: await hasSecondAdministrator(pool, tenant) };
}

/** Ends a sign-in by password alone, once everyone in the tenant needs two factors. */
export function refuseSingleFactor(
  { tenantNeedsMfa }: Pick<SignInUser, "tenantNeedsMfa">,
  acr: string | undefined,
): void {
  if (tenantNeedsMfa && acr !== "mfa") throw new errors.InvalidGrant("a second factor is required");
}

/** The claims of an access token beside the standard ones. */
export function tokenClaims(
  context: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Record<string, unknown> {
  const account = context.oidc.entities.Account as UserAccount | undefined;
  const { tenant, owner, api_version } = (context.oidc.client ?? {}) as TenantClientMetadata;
  if (account === undefined) return { tenant, owner, roles: [], funds: ALL_GRANTED, api_version };
  const { user } = account;
  const signIn = signInOf(context);
  refuseSingleFactor(user, signIn?.acr);
  return {
    tenant: user.tenantId,
    roles: user.roles,
    funds: user.allFunds ? ALL_GRANTED : user.fundIds,
    acr: signIn?.acr,
    amr: signIn?.amr,
    auth_time: signIn?.authTime,
    // Token exchange requires that the sign-in behind the token still lasts. It opens nothing by itself.
    grant: "grantId" in token ? token.grantId : undefined,
    api_version,
  };
}
