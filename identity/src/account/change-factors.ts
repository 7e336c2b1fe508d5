import { findConsent, withdrawConsent } from "../applications/consent.ts";
import { AppError } from "@allfunds/contract/errors";
import type { AuditAction } from "../audit/audit-event.ts";
import { recordAudit } from "../audit/audit-log.ts";
import { addPasskey, removePasskey } from "../factors/passkeys.ts";
import { checkNewPassword, setPassword } from "../factors/password.ts";
import { makeRecoveryCodes } from "../factors/recovery-codes.ts";
import { enrolTotp } from "../factors/totp.ts";
import { securityNotice } from "../mail/emails.ts";
import { endSession, endSessions } from "../sessions/sessions.ts";
import type { PageParts } from "../sign-in/page-parts.ts";
import { needsTwoFactors } from "../users/user.ts";
import type { AccountVisit } from "./account-visit.ts";

/** The outcome of a change: a sentence, and new recovery codes when there are any to show. */
export interface Changed {
  readonly problem?: string;
  readonly done?: string;
  readonly codes?: readonly string[];
}

export async function changeTotp(
  parts: PageParts,
  visit: AccountVisit,
  code: string,
): Promise<Changed> {
  const { user, state } = visit;
  const { totpSecret } = state;
  if (totpSecret === undefined) return { problem: "Start again." };
  if (!(await enrolTotp(parts, user.userId, totpSecret, code))) {
    return { problem: "The code is not right. Check the clock of your phone." };
  }
  await record(parts, visit, "factor.add", "otp", "An authenticator app was set up");
  return { codes: await makeRecoveryCodes(parts.pool, user.userId) };
}

export async function addOwnPasskey(
  parts: PageParts,
  visit: AccountVisit,
  response: unknown,
  name: string,
): Promise<Changed> {
  const { user, state } = visit;
  const added =
    state.challenge !== undefined &&
    (await addPasskey(parts.pool, parts.site, user.userId, {
      challenge: state.challenge,
      response,
      name,
    }));
  if (!added) return { problem: "The passkey could not be added." };
  await record(parts, visit, "factor.add", "passkey", "A passkey was added");
  return { done: "The passkey was added." };
}

export async function removeOwnPasskey(
  parts: PageParts,
  visit: AccountVisit,
  credentialId: string,
): Promise<Changed> {
  const { user } = visit;
  if (!user.hasTotp && user.passkeys === 1 && needsTwoFactors(user)) {
    return { problem: "You need a second factor. Add another one first." };
  }
  if (!(await removePasskey(parts.pool, user.userId, credentialId))) {
    return { problem: "There is no such passkey." };
  }
  await record(parts, visit, "factor.remove", "passkey", "A passkey was removed");
  return { done: "The passkey was removed." };
}

export async function changeRecoveryCodes(parts: PageParts, visit: AccountVisit): Promise<Changed> {
  const codes = await makeRecoveryCodes(parts.pool, visit.user.userId);
  await record(parts, visit, "recovery-codes.make", "recovery", "New recovery codes were made");
  return { codes };
}

export async function changePassword(
  parts: PageParts,
  visit: AccountVisit,
  password: string,
): Promise<Changed> {
  const { user } = visit;
  try {
    await checkNewPassword(parts.pool, user, password);
  } catch (error) {
    if (error instanceof AppError) return { problem: error.message };
    throw error;
  }
  await setPassword(parts.pool, user.userId, password);
  await record(parts, visit, "password.change", "pwd", "The password was changed");
  await endSessions(parts.pool, parts.protocol.provider, user.userId);
  return {};
}

export async function endOtherSignIn(
  parts: PageParts,
  visit: AccountVisit,
  id: string,
): Promise<Changed> {
  const { provider } = parts.protocol;
  if (id === visit.signInId || !(await endSession(parts.pool, provider, visit.user.userId, id))) {
    return { problem: "There is no such sign-in." };
  }
  await record(parts, visit, "sessions.end", undefined, undefined);
  return { done: "The sign-in has ended." };
}

/** Withdraws what the user has allowed an application. */
export async function endApplication(
  parts: PageParts,
  visit: AccountVisit,
  clientId: string,
): Promise<Changed> {
  const consent = await findConsent(parts.pool, visit.user.userId, clientId);
  if (consent === undefined) return { problem: "There is no such application." };
  await withdrawConsent(parts.pool, visit.user.userId, clientId);
  await record(parts, visit, "application.withdraw", undefined, undefined);
  return { done: `${consent.name} cannot act for you any more.` };
}

export async function signOutEverywhere(parts: PageParts, visit: AccountVisit): Promise<Changed> {
  await record(parts, visit, "sessions.end", undefined, undefined);
  await endSessions(parts.pool, parts.protocol.provider, visit.user.userId);
  return {};
}

/** Records a change in the audit log; with a sentence, also notifies the user by email. */
async function record(
  { pool, mail }: PageParts,
  { user, origin }: AccountVisit,
  action: AuditAction,
  factor: string | undefined,
  sentence: string | undefined,
): Promise<void> {
  await recordAudit(pool, {
    action,
    outcome: "ALLOWED",
    tenantId: user.tenantId,
    actorKind: "USER",
    actorId: user.userId,
    subject: user.userId,
    origin,
    detail: factor === undefined ? {} : { factor },
  });
  if (sentence !== undefined) await mail(securityNotice(user.email, user.name, sentence));
}
