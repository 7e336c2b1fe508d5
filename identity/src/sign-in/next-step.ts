import { hasSecondFactor, needsTwoFactors, type SignInUser } from "../users/user.ts";

export type Step =
  | "identify"
  | "confirm-password"
  | "second-factor"
  | "enrol"
  | "recovery-codes"
  | "consent"
  | "done";

export interface Progress {
  /** The user whose first factor was accepted. */
  readonly user: Pick<SignInUser, "roles" | "tenantNeedsMfa" | "hasTotp" | "passkeys"> | undefined;
  readonly factors: readonly string[];
  readonly passwordGiven: boolean;
  /** New recovery codes have not been shown yet. */
  readonly codesToShow: boolean;
  /** The application requested two factors. */
  readonly wantsMfa: boolean;
}

/**
 * What a sign-in needs next. A user with a second factor always shows it. A user who needs one and has
 * none sets it up, after giving the password on these pages.
 */
export function nextStep(progress: Progress): Step {
  const { user, factors } = progress;
  if (user === undefined) return "identify";
  if (progress.codesToShow) return "recovery-codes";
  if (factors.includes("mfa")) return "done";
  if (hasSecondFactor(user)) return "second-factor";
  if (!progress.wantsMfa && !needsTwoFactors(user)) return "done";
  return progress.passwordGiven ? "enrol" : "confirm-password";
}
