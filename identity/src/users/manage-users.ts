import { AppError, invalidInput } from "@allfunds/contract/errors";
import { ALL_FUNDS } from "@allfunds/platform/auth";
import { withTransaction, type DatabaseClient } from "@allfunds/platform/database";
import { isId, newId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { isRole, type Role } from "../access/roles.ts";
import { noteManagement } from "../audit/note-management.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { makeLink } from "../links/mail-links.ts";
import { invitationLetter } from "../mail/letters.ts";
import { endSessions } from "./end-sessions.ts";
import { findUser, normaliseEmail, type User } from "./user.ts";

export interface Access {
  readonly roles: readonly string[];
  readonly allFunds: boolean;
  readonly fundIds: readonly string[];
}

type Parts = Pick<IdentityParts, "pool" | "protocol" | "mail" | "config">;

// Granted funds travel in every token, which must stay small.
const MOST_FUNDS = 50;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Adds a user and sends the letter with which they choose their password. */
export async function inviteUser(
  parts: Omit<Parts, "protocol">,
  manager: Manager,
  input: { readonly email: string; readonly name: string } & Access,
): Promise<User> {
  const email = normaliseEmail(input.email);
  const name = input.name.trim();
  if (!ADDRESS.test(email) || email.length > 254) throw invalidInput("email", "is not an address");
  // The name stands in letters, which it must not add lines to.
  if (name === "" || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw invalidInput("name", "must have 1 to 100 characters in one line");
  }
  const roles = checkAccess(input);
  refuseBeyondOwn(manager, input);
  const userId = newId();
  const token = await withTransaction(parts.pool, manager, async (client) => {
    const { rowCount } = await client.query(
      `INSERT INTO app_user (tenant_id, user_id, email, name, roles, all_funds, status)
       VALUES ($1, $2, $3, $4, $5, $6, 'INVITED') ON CONFLICT (email) DO NOTHING`,
      [manager.tenantId, userId, email, name, roles, input.allFunds],
    );
    if (rowCount === 0) throw new AppError("ALREADY_EXISTS", "The address has an account already.");
    await storeFundGrants(client, manager, userId, input);
    await noteManagement(client, manager, "user.invite", userId, { ...input, email, name });
    return makeLink(client, userId, "INVITATION");
  });
  await parts.mail(invitationLetter(email, name, `${parts.config.issuer}/password/new/${token}`));
  return requireUser(parts, manager, userId);
}

/** Gives a user other roles and funds. They sign in anew, so that nothing of the old access remains. */
export async function changeAccess(
  parts: Parts,
  manager: Manager,
  userId: string,
  access: Access,
): Promise<User> {
  const roles = checkAccess(access);
  refuseSelf(manager, userId);
  refuseBeyondOwn(manager, access);
  await requireUser(parts, manager, userId);
  await withTransaction(parts.pool, manager, async (client) => {
    const { rowCount } = await client.query(
      "UPDATE app_user SET roles = $3, all_funds = $4 WHERE tenant_id = $1 AND user_id = $2",
      [manager.tenantId, userId, roles, access.allFunds],
    );
    if (rowCount === 0) throw noSuchUser();
    await storeFundGrants(client, manager, userId, access);
    await noteManagement(client, manager, "user.change", userId, { ...access });
  });
  await endSessions(parts.pool, parts.protocol.provider, userId);
  return requireUser(parts, manager, userId);
}

/** Shuts a user out, or lets them in again. */
export async function setUserDisabled(
  parts: Parts,
  manager: Manager,
  userId: string,
  disabled: boolean,
): Promise<User> {
  refuseSelf(manager, userId);
  await requireUser(parts, manager, userId);
  await withTransaction(parts.pool, manager, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE app_user SET status = CASE
         WHEN $3 THEN 'DISABLED' WHEN password_hash IS NULL THEN 'INVITED' ELSE 'ACTIVE' END
       WHERE tenant_id = $1 AND user_id = $2`,
      [manager.tenantId, userId, disabled],
    );
    if (rowCount === 0) throw noSuchUser();
    await noteManagement(client, manager, "user.change", userId, { disabled });
  });
  if (disabled) await endSessions(parts.pool, parts.protocol.provider, userId);
  return requireUser(parts, manager, userId);
}

/** Signs a user out everywhere, whoever asks for it. */
export async function endUserSessions(
  parts: Parts,
  manager: Manager,
  userId: string,
): Promise<User> {
  const user = await requireUser(parts, manager, userId);
  await noteManagement(parts.pool, manager, "sessions.end", userId);
  await endSessions(parts.pool, parts.protocol.provider, userId);
  return user;
}

function checkAccess({ roles, allFunds, fundIds }: Access): Role[] {
  const unknown = roles.find((role) => !isRole(role));
  if (unknown !== undefined) throw invalidInput("roles", `there is no role ${unknown}`);
  if (roles.length === 0) throw invalidInput("roles", "must name at least one role");
  if (fundIds.some((fundId) => !isId(fundId))) throw invalidInput("fundIds", "must be fund ids");
  if (allFunds && fundIds.length > 0) {
    throw invalidInput("fundIds", "must be empty when all funds are granted");
  }
  if (fundIds.length > MOST_FUNDS) {
    throw invalidInput(
      "fundIds",
      `must name at most ${MOST_FUNDS} funds; grant all of them instead`,
    );
  }
  return [...new Set(roles.filter(isRole))];
}

/** Nobody grants a fund they do not see themselves. */
function refuseBeyondOwn({ funds }: Manager, { allFunds, fundIds }: Access): void {
  if (funds === ALL_FUNDS) return;
  if (!allFunds && fundIds.every((fundId) => funds.includes(fundId))) return;
  throw new AppError("FORBIDDEN", "You can grant only funds that are granted to you.");
}

/** Nobody can shut themselves out by mistake, or raise themselves without a second administrator. */
export function refuseSelf({ actorId, ownerId }: Manager, userId: string): void {
  if (actorId !== userId && ownerId !== userId) return;
  throw new AppError("FORBIDDEN", "Another administrator has to change your own access.");
}

async function storeFundGrants(
  client: DatabaseClient,
  manager: Manager,
  userId: string,
  { fundIds }: Access,
): Promise<void> {
  await client.query(
    "DELETE FROM fund_grant WHERE tenant_id = $1 AND user_id = $2 AND fund_id <> ALL ($3::uuid[])",
    [manager.tenantId, userId, fundIds],
  );
  await client.query(
    `INSERT INTO fund_grant (tenant_id, user_id, fund_id, granted_by)
     SELECT $1, $2, unnest($3::uuid[]), $4 ON CONFLICT DO NOTHING`,
    [manager.tenantId, userId, fundIds, manager.actorId],
  );
}

/** A user of the manager's own tenant; others look as if they did not exist. */
export async function requireUser(
  { pool }: Pick<Parts, "pool">,
  manager: Manager,
  userId: string,
): Promise<User> {
  const user = await findUser(pool, userId);
  if (user === undefined || user.tenantId !== manager.tenantId) throw noSuchUser();
  return user;
}

const noSuchUser = (): AppError => new AppError("NOT_FOUND", "There is no such user.");
