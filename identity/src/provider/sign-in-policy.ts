import type { Pool } from "@allfunds/platform/database";
import { interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";
import { findUser, needsTwoFactors } from "../users/user.ts";

/** How strongly a user signed in: by password alone, or with two factors. */
export const ACR = { password: "pwd", mfa: "mfa" } as const;

export const requestsMfa = (acrValues: unknown): boolean =>
  typeof acrValues === "string" && acrValues.split(" ").includes(ACR.mfa);

/** The reason of an interaction when only the second factor is missing. */
export const MFA_MISSING = "second_factor";

/**
 * When the sign-in pages are shown. The web app has every grant it needs, so only applications of others lead to the
 * page for consent.
 */
export function signInPolicy(pool: Pool): interactionPolicy.DefaultPolicy {
  const { base, Check } = interactionPolicy;
  const policy = base();
  const login = policy.get("login");
  login?.checks.add(
    new Check("account_gone", "The account is not active any more", async ({ oidc }) => {
      const userId = oidc.session?.accountId;
      if (userId === undefined) return Check.NO_NEED_TO_PROMPT;
      const user = await findUser(pool, userId);
      return user?.status === "ACTIVE" ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  login?.checks.add(
    new Check(MFA_MISSING, "A second factor is required", async (context) =>
      (await lacksSecondFactor(pool, context)) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  );
  return policy;
}

async function lacksSecondFactor(pool: Pool, { oidc }: KoaContextWithOIDC): Promise<boolean> {
  const userId = oidc.session?.accountId;
  if (userId === undefined || oidc.session?.acr === ACR.mfa) return false;
  if (requestsMfa(oidc.params?.["acr_values"])) return true;
  const user = await findUser(pool, userId);
  return user !== undefined && needsTwoFactors(user);
}
