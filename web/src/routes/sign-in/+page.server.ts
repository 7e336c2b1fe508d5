import { redirect } from "@sveltejs/kit";
import type { PlainKey } from "#lib/language/messages.ts";
import { safeReturnPath } from "#lib/server/sign-in/return-path.ts";
import type { PageServerLoad } from "./$types";

const REASONS: Readonly<Record<string, PlainKey>> = {
  ended: "signIn.ended",
  failed: "signIn.failed",
  unavailable: "signIn.unavailable",
  "signed-out": "signIn.signedOut",
  everywhere: "signIn.everywhere",
  insecure: "signIn.insecure",
};

export const load: PageServerLoad = ({ locals, url }) => {
  const returnTo = safeReturnPath(url.searchParams.get("returnTo"));
  if (locals.session !== undefined) redirect(303, returnTo);
  return {
    signInHref:
      returnTo === "/" ? "/auth/sign-in" : `/auth/sign-in?${new URLSearchParams({ returnTo })}`,
    reason: REASONS[url.searchParams.get("reason") ?? ""],
  };
};
