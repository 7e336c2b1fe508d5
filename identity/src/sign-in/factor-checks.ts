import { recordAudit } from "../audit/record-audit.ts";
import { TooManyAttempts } from "../limits/rate-limit.ts";
import { checkPasskey } from "../factors/passkeys.ts";
import { checkPassword } from "../factors/password.ts";
import { makeRecoveryCodes, useRecoveryCode } from "../factors/recovery-codes.ts";
import { checkTotp, enrolTotp } from "../factors/totp.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { securityNotice } from "../mail/letters.ts";
import { tooManyAttempts } from "../pages/problem-page.ts";
import type { PageState } from "../store/page-state.ts";
import { findUserByEmail, type User } from "../users/user.ts";
import type { Visit } from "./visit.ts";

/** What a check adds to the sign-in, or why it does not. */
export type Checked =
  | { readonly right: true; readonly state: PageState }
  | { readonly right: false; readonly problem: string; readonly retryAfterSeconds?: number };

const refused = (problem: string): Checked => ({ right: false, problem });

const withFactors = (state: PageState, ...added: string[]): PageState => {
  const { challenge: _used, ...rest } = state;
  return { ...rest, factors: [...new Set([...(state.factors ?? []), ...added])] };
};

/** Turns the limit's refusal into a page's; the sentence is the same for every account and none. */
async function limited(check: () => Promise<Checked>): Promise<Checked> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof TooManyAttempts)) throw error;
    const { retryAfterSeconds } = error;
    return { right: false, problem: tooManyAttempts(retryAfterSeconds), retryAfterSeconds };
  }
}

export async function givePassword(
  parts: IdentityParts,
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
    await limits.forgivePassword(email, visit.origin.ip);
    return {
      right: true,
      state: { ...withFactors(visit.state, "pwd"), userId, passwordGiven: true },
    };
  });
  await note(parts, visit, "password.check", await findUserByEmail(pool, email), "pwd", checked);
  return checked;
}

export async function giveCode(parts: IdentityParts, visit: Visit, code: string): Promise<Checked> {
  return secondFactor(parts, visit, "otp", (user) =>
    checkTotp(parts.pool, parts.vault, user.userId, code),
  );
}

export async function giveRecoveryCode(
  parts: IdentityParts,
  visit: Visit,
  code: string,
): Promise<Checked> {
  return secondFactor(parts, visit, "recovery", (user) =>
    useRecoveryCode(parts.pool, user.userId, code),
  );
}

async function secondFactor(
  parts: IdentityParts,
  visit: Visit,
  factor: "otp" | "recovery",
  check: (user: User) => Promise<boolean>,
): Promise<Checked> {
  const { user } = visit;
  if (user === undefined || visit.step !== "second-factor") return refused("Sign in first.");
  const checked = await limited(async () => {
    await parts.limits.countSecondFactor(user.userId);
    if (!(await check(user))) return refused("The code is not right, or it was used before.");
    await parts.limits.forgiveSecondFactor(user.userId);
    return { right: true, state: withFactors(visit.state, "otp", "mfa") };
  });
  await note(parts, visit, "second-factor.check", user, factor, checked);
  return checked;
}

/** A passkey is both factors at once: something the user has, opened by something they know or are. */
export async function givePasskey(
  parts: IdentityParts,
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
      ? refused("The passkey is not known here.")
      : { right: true, state: { ...withFactors(visit.state, "pop", "user", "mfa"), userId } };
  await note(parts, visit, "second-factor.check", visit.user, "passkey", checked);
  return checked;
}

/** Takes the new authenticator app into use; its first code is the second factor of this sign-in. */
export async function giveEnrolmentCode(
  parts: IdentityParts,
  visit: Visit,
  code: string,
): Promise<Checked> {
  const { pool, vault } = parts;
  const { user, state } = visit;
  const { totpSecret, ...rest } = state;
  if (user === undefined || visit.step !== "enrol" || totpSecret === undefined) {
    return refused("Sign in first.");
  }
  const checked = await limited(async (): Promise<Checked> => {
    await parts.limits.countSecondFactor(user.userId);
    if (!(await enrolTotp(pool, vault, user.userId, totpSecret, code))) {
      return refused("The code is not right. Is the phone's clock?");
    }
    await parts.limits.forgiveSecondFactor(user.userId);
    const recoveryCodes = await makeRecoveryCodes(pool, user.userId);
    return { right: true, state: { ...withFactors(rest, "otp", "mfa"), recoveryCodes } };
  });
  await note(parts, visit, "factor.add", user, "otp", checked);
  if (checked.right) {
    await parts.mail(securityNotice(user.email, user.name, "A second factor was set up"));
  }
  return checked;
}

async function note(
  { pool }: IdentityParts,
  visit: Visit,
  action: "password.check" | "second-factor.check" | "factor.add",
  user: User | undefined,
  factor: string,
  checked: Checked,
): Promise<void> {
  await recordAudit(pool, {
    action,
    outcome: checked.right ? "ALLOWED" : "REFUSED",
    tenantId: user?.tenantId,
    actorKind: user === undefined ? "UNKNOWN" : "USER",
    actorId: user?.userId,
    clientId: visit.clientId,
    factors: [factor],
    subject: user?.userId,
    origin: visit.origin,
    ...(checked.right || checked.retryAfterSeconds === undefined
      ? {}
      : { detail: { limited: true } }),
  });
}
