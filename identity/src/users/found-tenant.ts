import { ALL_FUNDS } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import type { Manager } from "../access/manager.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { inviteUser } from "./manage-users.ts";
import type { User } from "./user.ts";

export interface NewTenant {
  /** What the tenant is called. */
  readonly name: string;
  /** Address and name of its first administrator, who invites the others. */
  readonly email: string;
  readonly adminName: string;
}

/** Makes a tenant and invites its first administrator: the way into a system that has no users yet. */
export async function foundTenant(
  parts: Pick<IdentityParts, "pool" | "mail" | "config">,
  { name, email, adminName }: NewTenant,
  now: Date,
): Promise<User> {
  const tenantId = newId();
  const manager: Manager = {
    tenantId,
    actorId: "operator",
    actorKind: "SYSTEM",
    factors: [],
    scopes: ALL_SCOPES,
    funds: ALL_FUNDS,
    origin: {},
    now,
  };
  await parts.pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, $2)", [tenantId, name]);
  try {
    return await inviteUser(parts, manager, {
      email,
      name: adminName,
      roles: ["admin"],
      allFunds: true,
      fundIds: [],
    });
  } catch (error) {
    // Nobody could ever get into it. A user that is there already, as after a lost letter, keeps it.
    await parts.pool.query(
      `DELETE FROM tenant t WHERE tenant_id = $1
         AND NOT EXISTS (SELECT FROM app_user u WHERE u.tenant_id = t.tenant_id)`,
      [tenantId],
    );
    throw error;
  }
}
