import { passkeyChallenge } from "../factors/passkeys.ts";
import { newTotpSecret, totpEnrolment } from "../factors/totp.ts";
import type { IdentityParts } from "../identity-parts.ts";
import type { Page } from "../pages/layout.ts";
import { qrSvg } from "../pages/qr-svg.ts";
import {
  confirmPasswordPage,
  enrolPage,
  identifyPage,
  recoveryCodesPage,
  secondFactorPage,
} from "../pages/sign-in-pages.ts";
import type { User } from "../users/user.ts";
import type { Visit } from "./visit.ts";

/** The page of the step a sign-in has come to; `problem` says why it is shown again. */
export async function showStep(
  parts: IdentityParts,
  visit: Visit,
  problem?: string,
  email?: string,
): Promise<Page> {
  const { step, base, state, user } = visit;
  if (step === "identify" || user === undefined) {
    const passkeyOptions = await challenge(parts, visit);
    return identifyPage(base, { email: email ?? visit.loginHint, passkeyOptions, problem });
  }
  if (step === "confirm-password") return confirmPasswordPage(base, { email: user.email, problem });
  if (step === "recovery-codes") return recoveryCodesPage(base, state.recoveryCodes ?? []);
  if (step === "enrol") return enrolStep(parts, visit, user, problem);
  return secondFactorPage(base, {
    hasTotp: user.hasTotp,
    passkeyOptions: user.passkeys > 0 ? await challenge(parts, visit) : undefined,
    problem,
  });
}

/** A new challenge for every page shown; only the newest counts. */
async function challenge({ site, states }: IdentityParts, visit: Visit): Promise<string> {
  const options = await passkeyChallenge(site);
  await states.write(visit.uid, { ...visit.state, challenge: options.challenge });
  return JSON.stringify(options);
}

async function enrolStep(
  { states }: IdentityParts,
  visit: Visit,
  user: User,
  problem: string | undefined,
): Promise<Page> {
  const secret = visit.state.totpSecret ?? newTotpSecret();
  await states.write(visit.uid, { ...visit.state, totpSecret: secret });
  const { uri } = totpEnrolment(secret, user.email);
  return enrolPage(visit.base, { qrSvg: await qrSvg(uri), secret, problem });
}
