import { invalidInput } from "@allfunds/contract/errors";
import { withTransaction, type DatabaseClient } from "@allfunds/platform/database";
import type { Manager } from "../access/manager.ts";
import { noteManagement } from "../audit/note-management.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { makeLink } from "../links/mail-links.ts";
import { invitationLetter, passwordResetLetter } from "../mail/letters.ts";
import { endSessions } from "./end-sessions.ts";
import { refuseSelf, requireUser } from "./manage-users.ts";
import type { User } from "./user.ts";

/**
 * Lets in again who cannot get in: sends an invited user a new invitation. Whoever has lost a factor
 * loses all of them, the password too, so that nothing but their mailbox opens the account.
 */
export async function resetSignIn(
  parts: Pick<IdentityParts, "pool" | "protocol" | "mail" | "config">,
  manager: Manager,
  userId: string,
): Promise<User> {
  refuseSelf(manager, userId);
  const { email, name, status } = await requireUser(parts, manager, userId);
  if (status === "DISABLED") throw invalidInput("userId", "is shut out; let them in first");
  const invited = status === "INVITED";
  const token = await withTransaction(parts.pool, manager, async (client) => {
    if (!invited) await dropFactors(client, userId);
    await noteManagement(client, manager, "user.reset", userId, { invited });
    return makeLink(client, userId, invited ? "INVITATION" : "PASSWORD_RESET");
  });
  if (!invited) await endSessions(parts.pool, parts.protocol.provider, userId);
  const letter = invited ? invitationLetter : passwordResetLetter;
  await parts.mail(letter(email, name, `${parts.config.issuer}/password/new/${token}`));
  return requireUser(parts, manager, userId);
}

async function dropFactors(client: DatabaseClient, userId: string): Promise<void> {
  for (const table of ["totp_factor", "passkey", "recovery_code"]) {
    await client.query(`DELETE FROM ${table} WHERE user_id = $1`, [userId]);
  }
  await client.query("UPDATE app_user SET password_hash = NULL WHERE user_id = $1", [userId]);
}
