import { AppError, invalidInput } from "@allfunds/contract/errors";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { Provider } from "oidc-provider";
import type { Manager } from "../access/manager.ts";
import { isRole, type Role } from "../access/roles.ts";
import { recordManagement } from "../audit/audit-log.ts";
import { invitationEmail, passwordResetEmail } from "../mail/emails.ts";
import { makeLink, passwordUrl } from "../mail/mail-links.ts";
import type { Mailer } from "../mail/mailer.ts";
import { endAccess, endSessions } from "../sessions/sessions.ts";
import { requireSecondAdministrator } from "./administrator-change.ts";
import {
  noSuchUser,
  storeAccess,
  storeDisabled,
  storeInvitation,
  type Access,
} from "./apply-access.ts";
import { findUser, normaliseEmail, type User } from "./user.ts";

/** What the management of users needs. */
export interface UserParts {
  readonly pool: Pool;
  readonly mail: Mailer;
  /** The issuer's address: the links in emails start with it. */
  readonly issuer: string;
  readonly protocol: { readonly provider: Provider };
}

// Granted funds travel in every token, which must stay small.
const MOST_FUNDS = 50;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** Adds a user and sends the email with which they choose their password. */
export async function inviteUser(
  parts: Omit<UserParts, "protocol">,
  manager: Manager,
  input: { readonly email: string; readonly name: string } & Access,
): Promise<User> {
  const { email, name } = checkContact(input);
  const { allFunds, fundIds } = input;
  const invitation = { email, name, roles: checkAccess(input), allFunds, fundIds };
  refuseBeyondOwn(manager, input);
  await requireSecondAdministrator(parts.pool, manager, { kind: "INVITE", ...invitation });
  const { userId, token } = await withTransaction(parts.pool, manager, (client) =>
    storeInvitation(client, manager, invitation),
  );
  await parts.mail(invitationEmail(email, name, passwordUrl(parts.issuer, token)));
  return requireUser(parts, manager, userId);
}

interface Contact {
  readonly email: string;
  readonly name: string;
}

/** A user's address and name as they are stored. */
export function checkContact(input: Contact): Contact {
  const email = normaliseEmail(input.email);
  const name = input.name.trim();
  if (!ADDRESS.test(email) || email.length > 254) throw invalidInput("email", "is not an address");
  // The name appears in emails, to which it must not add lines.
  if (name === "" || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw invalidInput("name", "must have 1 to 100 characters in one line");
  }
  return { email, name };
}

/** Gives a user other roles and funds. They sign in again, so that nothing of the old access remains. */
export async function changeAccess(
  parts: UserParts,
  manager: Manager,
  userId: string,
  access: Access,
): Promise<User> {
  const roles = checkAccess(access);
  refuseSelf(manager, userId);
  refuseBeyondOwn(manager, access);
  const user = await requireUser(parts, manager, userId);
  const { allFunds, fundIds } = access;
  const wanted = { roles, allFunds, fundIds };
  await requireSecondAdministrator(parts.pool, manager, { kind: "ACCESS", user, ...wanted });
  await withTransaction(parts.pool, manager, (client) =>
    storeAccess(client, manager, userId, wanted),
  );
  await endAccess(parts.pool, parts.protocol.provider, userId);
  return requireUser(parts, manager, userId);
}

/** Disables a user, or enables them again. */
export async function setUserDisabled(
  parts: UserParts,
  manager: Manager,
  userId: string,
  disabled: boolean,
): Promise<User> {
  refuseSelf(manager, userId);
  const user = await requireUser(parts, manager, userId);
  const kind = disabled ? "DISABLE" : "ENABLE";
  await requireSecondAdministrator(parts.pool, manager, { kind, user });
  await withTransaction(parts.pool, manager, (client) =>
    storeDisabled(client, manager, userId, disabled),
  );
  if (disabled) await endAccess(parts.pool, parts.protocol.provider, userId);
  return requireUser(parts, manager, userId);
}

/** Signs a user out everywhere, at their own request or an administrator's. */
export async function endUserSessions(
  parts: UserParts,
  manager: Manager,
  userId: string,
): Promise<User> {
  const user = await requireUser(parts, manager, userId);
  await recordManagement(parts.pool, manager, "sessions.end", userId);
  await endSessions(parts.pool, parts.protocol.provider, userId);
  return user;
}

/**
 * Restores the access of a user who cannot sign in. An invited user gets a new invitation. Any other
 * user loses the password and all factors, so that only their mailbox opens the account.
 */
export async function resetSignIn(
  parts: UserParts,
  manager: Manager,
  userId: string,
): Promise<User> {
  refuseSelf(manager, userId);
  const { email, name, status } = await requireUser(parts, manager, userId);
  if (status === "DISABLED") throw invalidInput("userId", "is disabled; enable the user first");
  const invited = status === "INVITED";
  const token = await withTransaction(parts.pool, manager, async (client) => {
    if (!invited) await deleteFactors(client, userId);
    await recordManagement(client, manager, "user.reset", userId, { invited });
    return makeLink(client, userId, invited ? "INVITATION" : "PASSWORD_RESET");
  });
  if (!invited) await endSessions(parts.pool, parts.protocol.provider, userId);
  const emailOf = invited ? invitationEmail : passwordResetEmail;
  await parts.mail(emailOf(email, name, passwordUrl(parts.issuer, token)));
  return requireUser(parts, manager, userId);
}

async function deleteFactors(client: DatabaseClient, userId: string): Promise<void> {
  for (const table of ["totp_factor", "passkey", "recovery_code"]) {
    await client.query(`DELETE FROM ${table} WHERE user_id = $1`, [userId]);
  }
  await client.query("UPDATE app_user SET password_hash = NULL WHERE user_id = $1", [userId]);
}

export function checkAccess({ roles, allFunds, fundIds }: Access): Role[] {
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

/** A manager grants only funds that are granted to them. */
export function refuseBeyondOwn({ funds }: Manager, { allFunds, fundIds }: Access): void {
  if (funds === ALL_GRANTED) return;
  if (!allFunds && fundIds.every((fundId) => funds.includes(fundId))) return;
  throw new AppError("FORBIDDEN", "You can grant only funds that are granted to you.");
}

/** Prevents managers from disabling or promoting themselves: it takes a second administrator. */
export function refuseSelf({ actorId, ownerId }: Manager, userId: string): void {
  if (actorId !== userId && ownerId !== userId) return;
  throw new AppError("FORBIDDEN", "Another administrator must change your own access.");
}

/** A user of the manager's own tenant; users of other tenants are not found. */
async function requireUser(
  { pool }: Pick<UserParts, "pool">,
  manager: Manager,
  userId: string,
): Promise<User> {
  const user = await findUser(pool, userId);
  if (user === undefined || user.tenantId !== manager.tenantId) throw noSuchUser();
  return user;
}
