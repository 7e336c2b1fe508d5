import { recordAudit } from "../audit/record-audit.ts";
import { TooManyAttempts } from "../limits/rate-limit.ts";
import { checkPassword } from "../factors/password.ts";
import { checkTotp } from "../factors/totp.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { tooManyAttempts } from "../pages/problem-page.ts";
import type { AccountVisit } from "./visit-account.ts";

const CONFIRMED_MS = 10 * 60 * 1000;

/** Lets the user change their account for ten minutes; answers why not, if not. */
export async function confirmAccount(
  parts: IdentityParts,
  visit: AccountVisit,
  password: string,
  code: string,
): Promise<string | undefined> {
  const problem = await problemWith(parts, visit, password, code);
  await recordAudit(parts.pool, {
    action: "password.check",
    outcome: problem === undefined ? "ALLOWED" : "REFUSED",
    tenantId: visit.user.tenantId,
    actorKind: "USER",
    actorId: visit.user.userId,
    factors: visit.user.hasTotp ? ["pwd", "otp"] : ["pwd"],
    subject: visit.user.userId,
    origin: visit.origin,
  });
  if (problem !== undefined) return problem;
  await parts.states.write(visit.stateId, {
    ...visit.state,
    confirmedUntilMs: Date.now() + CONFIRMED_MS,
  });
  return undefined;
}

async function problemWith(
  { pool, vault, limits }: IdentityParts,
  { user, origin, withTwoFactors }: AccountVisit,
  password: string,
  code: string,
): Promise<string | undefined> {
  try {
    await limits.countPassword(user.email, origin.ip);
    if ((await checkPassword(pool, user.email, password)) !== user.userId) {
      return "The password is not right.";
    }
    await limits.forgivePassword(user.email, origin.ip);
    if (!user.hasTotp) {
      // A session from before the passkey must not replace it by means of the password alone.
      if (user.passkeys === 0 || withTwoFactors) return undefined;
      return "Sign out, sign in with your passkey, and come back.";
    }
    await limits.countSecondFactor(user.userId);
    if (!(await checkTotp(pool, vault, user.userId, code))) {
      return "The code is not right, or it was used before.";
    }
    await limits.forgiveSecondFactor(user.userId);
    return undefined;
  } catch (error) {
    if (error instanceof TooManyAttempts) return tooManyAttempts(error.retryAfterSeconds);
    throw error;
  }
}
