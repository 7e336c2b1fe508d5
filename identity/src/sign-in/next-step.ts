import { needsMfa } from "../access/roles.ts";
import { hasSecondFactor, type User } from "../users/user.ts";

export type Step =
  | "identify"
  | "confirm-password"
  | "second-factor"
  | "enrol"
  | "recovery-codes"
  | "done";

export interface Progress {
  /** Whoever showed the first factor. */
  readonly user: Pick<User, "roles" | "hasTotp" | "passkeys"> | undefined;
  readonly factors: readonly string[];
  readonly passwordGiven: boolean;
  /** New recovery codes have not been shown yet. */
  readonly codesToShow: boolean;
  /** The application asked for two factors. */
  readonly wantsMfa: boolean;
}

/**
 * What a sign-in needs next. Whoever has a second factor is always asked for it; whoever needs one
 * and has none sets it up, after giving the password on these very pages.
 */
export function nextStep(progress: Progress): Step {
  const { user, factors } = progress;
  if (user === undefined) return "identify";
  if (progress.codesToShow) return "recovery-codes";
  if (factors.includes("mfa")) return "done";
  if (hasSecondFactor(user)) return "second-factor";
  if (!progress.wantsMfa && !needsMfa(user.roles)) return "done";
  return progress.passwordGiven ? "enrol" : "confirm-password";
}
