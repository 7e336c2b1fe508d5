import { MFA, requireCaller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { IdentityParts } from "../identity-parts.ts";
import { findUser, type User } from "../users/user.ts";

/** The user an id names, for themselves and for their administrators; null for everybody else. */
export async function visibleUser(
  { pool }: Pick<IdentityParts, "pool">,
  request: RequestContext,
  userId: string,
): Promise<User | null> {
  const { subject, tenantId, scopes, acr, kind } = requireCaller(request);
  const administers = scopes.includes("admin") && (kind === "client" || acr === MFA);
  if (userId !== subject && !administers) return null;
  const user = await findUser(pool, userId);
  return user?.tenantId === tenantId ? user : null;
}
