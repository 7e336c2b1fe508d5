import type { FastifyReply, FastifyRequest } from "fastify";
import { originOf, type Origin } from "../access/origin.ts";
import { recordAudit } from "../audit/audit-log.ts";
import { checkPassword } from "../factors/password.ts";
import { checkTotp, WRONG_CODE } from "../factors/totp.ts";
import { TooManyAttempts } from "../limits/rate-limit.ts";
import { tooManyAttempts } from "../pages/notices.ts";
import { ACR } from "../provider/sign-in-policy.ts";
import { signInId } from "../sessions/sessions.ts";
import type { PageParts } from "../sign-in/page-parts.ts";
import type { PageState } from "../store/page-state.ts";
import { findUser, type SignInUser } from "../users/user.ts";

/** A signed-in user on their own page. */
export interface AccountVisit {
  readonly user: SignInUser;
  /** Identifies the browser's session among the user's. */
  readonly signInId: string;
  readonly stateId: string;
  readonly state: PageState;
  /** The user has just shown their factors again and may change them. */
  readonly confirmed: boolean;
  /** The session was begun, or stepped up, with two factors. */
  readonly withTwoFactors: boolean;
  readonly origin: Origin & { readonly ip: string };
}

/** The user of the browser's session; undefined when there is none. */
export async function openAccount(
  { protocol, states, pool }: PageParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccountVisit | undefined> {
  const { provider } = protocol;
  const session = await provider.Session.get(provider.createContext(request.raw, reply.raw));
  if (session.accountId === undefined) return undefined;
  const user = await findUser(pool, session.accountId);
  if (user?.status !== "ACTIVE") return undefined;
  const stateId = `account ${session.uid}`;
  const state = await states.read(stateId);
  return {
    user,
    signInId: signInId(session.uid),
    stateId,
    state,
    confirmed: (state.confirmedUntilMs ?? 0) > Date.now(),
    withTwoFactors: session.acr === ACR.mfa,
    origin: originOf(request),
  };
}

const CONFIRMED_MS = 10 * 60 * 1000;

/** Lets the user change their account for ten minutes; returns the problem when the factors are wrong. */
export async function confirmAccount(
  parts: PageParts,
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
  { pool, limits, ...parts }: PageParts,
  { user, origin, withTwoFactors }: AccountVisit,
  password: string,
  code: string,
): Promise<string | undefined> {
  try {
    await limits.countPassword(user.email, origin.ip);
    if ((await checkPassword(pool, user.email, password)) !== user.userId) {
      return "The password is not right.";
    }
    await limits.acceptPassword(user.email, origin.ip);
    if (!user.hasTotp) {
      // A session from before the passkey must not replace it by means of the password alone.
      if (user.passkeys === 0 || withTwoFactors) return undefined;
      return "Sign out, sign in with your passkey, and come back.";
    }
    await limits.countSecondFactor(user.userId);
    if (!(await checkTotp({ ...parts, pool }, user.userId, code))) {
      return WRONG_CODE;
    }
    await limits.acceptSecondFactor(user.userId);
    return undefined;
  } catch (error) {
    if (error instanceof TooManyAttempts) return tooManyAttempts(error.retryAfterSeconds);
    throw error;
  }
}
