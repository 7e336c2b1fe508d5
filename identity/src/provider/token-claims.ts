import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { ALL_FUNDS } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import {
  errors,
  type AccessToken,
  type Account,
  type ClientCredentials,
  type KoaContextWithOIDC,
  type ResourceServer,
} from "oidc-provider";
import { scopesOf } from "../access/roles.ts";
import { findUser, type User } from "../users/user.ts";
import { ACCESS_TOKEN_SECONDS } from "./lifetimes.ts";
import type { TenantClientMetadata } from "./oauth-clients.ts";

export interface UserAccount extends Account {
  readonly user: User;
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
      claims: () => ({ sub: userId, name, email, tenant: tenantId, roles: [...roles] }),
    };
  };

/** The code or token that a token is made from: it records how the user signed in. */
const signInOf = ({ oidc: { entities } }: KoaContextWithOIDC) =>
  entities.AuthorizationCode ?? entities.RefreshToken;

/**
 * The graph as a resource: the caller's roles decide which of its scopes exist. Read for every token, so
 * a changed role counts from the next refresh on.
 */
export const graphResource =
  (audience: string) =>
  (context: KoaContextWithOIDC, resource: string, client: object): ResourceServer => {
    if (resource !== audience) throw new errors.InvalidTarget("there is no such resource");
    return {
      scope: allowedScopes(context, client).join(" "),
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
  const account = context.oidc.entities.Account as UserAccount | undefined;
  // Before sign-in the user is unknown; the token is narrowed when it is made.
  return account === undefined ? ALL_SCOPES : scopesOf(account.user.roles, signInOf(context)?.acr);
}

/** The claims of an access token beside the standard ones. */
export function tokenClaims(
  context: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Record<string, unknown> {
  const account = context.oidc.entities.Account as UserAccount | undefined;
  if (account === undefined) {
    const { tenant, owner } = (context.oidc.client ?? {}) as TenantClientMetadata;
    return { tenant, owner, roles: [], funds: ALL_FUNDS };
  }
  const { user } = account;
  const signIn = signInOf(context);
  return {
    tenant: user.tenantId,
    roles: user.roles,
    funds: user.allFunds ? ALL_FUNDS : user.fundIds,
    acr: signIn?.acr,
    amr: signIn?.amr,
    auth_time: signIn?.authTime,
    // Token exchange requires that the sign-in behind the token still lasts. It opens nothing by itself.
    grant: "grantId" in token ? token.grantId : undefined,
  };
}
