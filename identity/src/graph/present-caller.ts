import { AppError } from "@allfunds/contract/errors";
import { ALL_FUNDS, type Caller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { scopesOf } from "../access/roles.ts";
import { findLiveApiClient } from "../clients/api-client.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { EVERY_TENANT } from "../provider/oauth-clients.ts";
import { findUser } from "../users/user.ts";

/**
 * The request of a caller as it stands now, not when its token was made: whoever was shut out or lost a
 * role must not use the minutes that are left to make another way in. Throws UNAUTHENTICATED when the
 * caller is nobody any more.
 */
export async function asPresent<Context extends RequestContext & { readonly caller: Caller }>(
  { pool, config }: Pick<IdentityParts, "pool" | "config">,
  context: Context,
): Promise<Context> {
  const { caller } = context;
  // Services of the system, and another issuer's people, are not known here.
  if (caller.tenantId === EVERY_TENANT || config.externalIssuer !== undefined) return context;
  const allowed = await allowedNow(pool, caller);
  if (allowed === undefined) {
    throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
      detail: `${caller.subject} was shut out or revoked`,
    });
  }
  const scopes = caller.scopes.filter((scope) => allowed.scopes.includes(scope));
  return { ...context, scopes, caller: { ...caller, scopes, funds: allowed.funds } };
}

async function allowedNow(
  pool: Pool,
  { kind, subject, acr, funds }: Caller,
): Promise<{ scopes: readonly string[]; funds: Caller["funds"] } | undefined> {
  if (kind === "client") {
    const client = await findLiveApiClient(pool, subject);
    return client && { scopes: client.scopes, funds };
  }
  const user = await findUser(pool, subject);
  if (user?.status !== "ACTIVE") return undefined;
  return { scopes: scopesOf(user.roles, acr), funds: user.allFunds ? ALL_FUNDS : user.fundIds };
}
