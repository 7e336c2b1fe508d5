import { recordAudit } from "../audit/audit-log.ts";
import { checkPasskey } from "../factors/passkeys.ts";
import { checkPassword } from "../factors/password.ts";
import { makeRecoveryCodes, useRecoveryCode } from "../factors/recovery-codes.ts";
import { checkTotp, enrolTotp, WRONG_CODE } from "../factors/totp.ts";
import { TooManyAttempts } from "../limits/rate-limit.ts";
import { securityNotice } from "../mail/emails.ts";
import { tooManyAttempts } from "../pages/notices.ts";
import type { PageState } from "../store/page-state.ts";
import { findUserByEmail, type User } from "../users/user.ts";
import type { PageParts } from "./page-parts.ts";
import type { Visit } from "./visit.ts";

/** The new state after an accepted factor, or why it was not accepted. */
export type Checked =
  | { readonly accepted: true; readonly state: PageState }
  | { readonly accepted: false; readonly problem: string; readonly retryAfterSeconds?: number };

const refused = (problem: string): Checked => ({ accepted: false, problem });

const withFactors = (state: PageState, ...added: string[]): PageState => {
  const { challenge: _used, ...rest } = state;
  return { ...rest, factors: [...new Set([...(state.factors ?? []), ...added])] };
};

/** Turns a limit's refusal into a page's; the sentence is the same whether the account exists or not. */
async function limited(check: () => Promise<Checked>): Promise<Checked> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof TooManyAttempts)) throw error;
    const { retryAfterSeconds } = error;
    return { accepted: false, problem: tooManyAttempts(retryAfterSeconds), retryAfterSeconds };
  }
}

export async function submitPassword(
  parts: PageParts,
  visit: Visit,
  email: string,
  password: string,
): Promise<Checked> {
  const { pool, limits } = parts;
  const checked = await limited(async () => {
    await limits.countPassword(email, visit.origin.ip);
    const userId = await checkPassword(pool, email, password);
    const another = visit.user !== undefined && visit.user.userId !== userId;
    if (userId === undefined || another) return refused("Email or password is not right.");
    await limits.acceptPassword(email, visit.origin.ip);
    return {
      accepted: true,
      state: { ...withFactors(visit.state, "pwd"), userId, passwordGiven: true },
    };
  });
  await record(parts, visit, "password.check", await findUserByEmail(pool, email), "pwd", checked);
  return checked;
}

export async function submitCode(parts: PageParts, visit: Visit, code: string): Promise<Checked> {
  return secondFactor(parts, visit, "otp", (user) => checkTotp(parts, user.userId, code));
}

export async function submitRecoveryCode(
  parts: PageParts,
  visit: Visit,
  code: string,
): Promise<Checked> {
  return secondFactor(parts, visit, "recovery", (user) =>
    useRecoveryCode(parts.pool, user.userId, code),
  );
}

async function secondFactor(
  parts: PageParts,
  visit: Visit,
  factor: "otp" | "recovery",
  check: (user: User) => Promise<boolean>,
): Promise<Checked> {
  const { user } = visit;
  if (user === undefined || visit.step !== "second-factor") return refused("Sign in first.");
  const checked = await limited(async () => {
    await parts.limits.countSecondFactor(user.userId);
    if (!(await check(user))) return refused(WRONG_CODE);
    await parts.limits.acceptSecondFactor(user.userId);
    return { accepted: true, state: withFactors(visit.state, "otp", "mfa") };
  });
  await record(parts, visit, "second-factor.check", user, factor, checked);
  return checked;
}

/** A passkey is both factors at once: something the user has, unlocked by something they know or are. */
export async function submitPasskey(
  parts: PageParts,
  visit: Visit,
  response: unknown,
): Promise<Checked> {
  const { pool, site } = parts;
  const { challenge } = visit.state;
  const userId =
    challenge === undefined ? undefined : await checkPasskey(pool, site, challenge, response);
  const another = visit.user !== undefined && visit.user.userId !== userId;
  const checked: Checked =
    userId === undefined || another
      ? refused("This passkey does not belong to an account here.")
      : { accepted: true, state: { ...withFactors(visit.state, "pop", "user", "mfa"), userId } };
  await record(parts, visit, "second-factor.check", visit.user, "passkey", checked);
  return checked;
}

/** Enrols the new authenticator app; its first code is the second factor of this sign-in. */
export async function submitEnrolmentCode(
  parts: PageParts,
  visit: Visit,
  code: string,
): Promise<Checked> {
  const { user, state } = visit;
  const { totpSecret, ...rest } = state;
  if (user === undefined || visit.step !== "enrol" || totpSecret === undefined) {
    return refused("Sign in first.");
  }
  const checked = await limited(async (): Promise<Checked> => {
    await parts.limits.countSecondFactor(user.userId);
    if (!(await enrolTotp(parts, user.userId, totpSecret, code))) {
      return refused("The code is not right. Check the clock of your phone.");
    }
    await parts.limits.acceptSecondFactor(user.userId);
    const recoveryCodes = await makeRecoveryCodes(parts.pool, user.userId);
    return { accepted: true, state: { ...withFactors(rest, "otp", "mfa"), recoveryCodes } };
  });
  await record(parts, visit, "factor.add", user, "otp", checked);
  if (checked.accepted) {
    await parts.mail(securityNotice(user.email, user.name, "A second factor was set up"));
  }
  return checked;
}

async function record(
  { pool }: PageParts,
  visit: Visit,
  action: "password.check" | "second-factor.check" | "factor.add",
  user: User | undefined,
  factor: string,
  checked: Checked,
): Promise<void> {
  await recordAudit(pool, {
    action,
    outcome: checked.accepted ? "ALLOWED" : "REFUSED",
    tenantId: user?.tenantId,
    actorKind: user === undefined ? "UNKNOWN" : "USER",
    actorId: user?.userId,
    clientId: visit.clientId,
    factors: [factor],
    subject: user?.userId,
    origin: visit.origin,
    ...(checked.accepted || checked.retryAfterSeconds === undefined
      ? {}
      : { detail: { limited: true } }),
  });
}
