import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { ALL_FUNDS } from "@allfunds/platform/auth";
import { newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { inviteUser, type UserParts } from "./manage-users.ts";
import type { User } from "./user.ts";

export interface NewTenant {
  /** The tenant's name. */
  readonly name: string;
  /** Address and name of its first administrator, who invites the others. */
  readonly email: string;
  readonly adminName: string;
}

/** Creates a tenant and invites its first administrator: the only access to a system without users. */
export async function createTenant(
  parts: Omit<UserParts, "protocol">,
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
  const { pool } = parts;
  await pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, $2)", [tenantId, name]);
  try {
    return await inviteUser(parts, manager, {
      email,
      name: adminName,
      roles: ["admin"],
      allFunds: true,
      fundIds: [],
    });
  } catch (error) {
    // Without a user the tenant is unreachable. With one, as after a lost email, it stays.
    await pool.query(
      `DELETE FROM tenant t WHERE tenant_id = $1
         AND NOT EXISTS (SELECT FROM app_user u WHERE u.tenant_id = t.tenant_id)`,
      [tenantId],
    );
    throw error;
  }
}
