import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { withTransaction, type Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { recordRevocations } from "../revocations/revocation.ts";
import { storeAccess } from "./apply-access.ts";
import { inviteUser, type UserParts } from "./manage-users.ts";
import { findUserByEmail, type User } from "./user.ts";

export interface NewTenant {
  /** The tenant's name. */
  readonly name: string;
  /** Address and name of its first administrator, who invites the others. */
  readonly email: string;
  readonly adminName: string;
}

/** Who runs the system, and so needs no second administrator. */
export const operatorOf = (tenantId: string, now: Date): Manager => ({
  tenantId,
  actorId: "operator",
  actorKind: "SYSTEM",
  factors: [],
  scopes: ALL_SCOPES,
  funds: ALL_GRANTED,
  origin: {},
  now,
});

/**
 * Takes the role of an administrator who is gone: where two administrators are left of whom one cannot approve, none
 * can be replaced from within.
 */
export async function removeAdministrator(
  pool: Pool,
  email: string,
  now: Date,
): Promise<User | undefined> {
  const user = await findUserByEmail(pool, email);
  if (user === undefined || !user.roles.includes("admin")) return undefined;
  const { tenantId, userId, allFunds, fundIds } = user;
  const roles = user.roles.filter((role) => role !== "admin");
  const manager = operatorOf(tenantId, now);
  await withTransaction(pool, manager, async (client) => {
    await storeAccess(client, manager, userId, { roles, allFunds, fundIds });
    // Nothing of the sign-ins is left; services learn of it with the next list of revocations.
    await client.query("DELETE FROM protocol_record WHERE account_id = $1", [userId]);
    await recordRevocations(client, [`sub:${userId}`, `owner:${userId}`]);
  });
  return user;
}

// Everyone in it needs two factors, until its operator decides otherwise.
const NEW_TENANT =
  "INSERT INTO tenant (tenant_id, name, second_factor_for_all) VALUES ($1, $2, true)";

/** Creates a tenant and invites its first administrator: the only access to a system without users. */
export async function createTenant(
  parts: Omit<UserParts, "protocol">,
  { name, email, adminName }: NewTenant,
  now: Date,
): Promise<User> {
  const tenantId = newId();
  const manager = operatorOf(tenantId, now);
  const { pool } = parts;
  await pool.query(NEW_TENANT, [tenantId, name]);
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
