import { AppError } from "@allfunds/contract/errors";
import { ALL_GRANTED, EVERY_TENANT, type Caller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { scopesOf } from "../access/roles.ts";
import { findLiveApiClient } from "../clients/api-client.ts";
import { findUser } from "../users/user.ts";

/** A request whose caller is authenticated. */
export type CallerContext = RequestContext & { readonly caller: Caller };

/**
 * The request with its caller's present access, not that of when the token was made: a user who was
 * disabled or lost a role must not use the remaining minutes to make a client. Throws UNAUTHENTICATED
 * when the caller's access has ended.
 */
export async function readPresentAccess(
  pool: Pool,
  context: CallerContext,
): Promise<CallerContext> {
  const { caller } = context;
  // Services of the system are defined by the configuration.
  if (caller.tenantId === EVERY_TENANT) return context;
  const access = await accessOf(pool, caller);
  if (access === undefined) {
    throw new AppError("UNAUTHENTICATED", "The access token is not valid.", {
      detail: `${caller.subject} is disabled or revoked`,
    });
  }
  const scopes = caller.scopes.filter((scope) => access.scopes.includes(scope));
  return { ...context, scopes, caller: { ...caller, scopes, funds: access.funds } };
}

async function accessOf(
  pool: Pool,
  { kind, subject, acr, funds }: Caller,
): Promise<{ scopes: readonly string[]; funds: Caller["funds"] } | undefined> {
  if (kind === "client") {
    const client = await findLiveApiClient(pool, subject);
    return client && { scopes: client.scopes, funds };
  }
  const user = await findUser(pool, subject);
  if (user?.status !== "ACTIVE") return undefined;
  return { scopes: scopesOf(user.roles, acr), funds: user.allFunds ? ALL_GRANTED : user.fundIds };
}
