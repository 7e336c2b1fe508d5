import { redirect } from "@sveltejs/kit";
import { safeReturnPath } from "#lib/server/sign-in/return-path.ts";
import type { PageServerLoad } from "./$types";

const REASONS: Readonly<Record<string, string>> = {
  ended: "Your session has ended. Sign in again to continue where you were.",
  failed: "The sign-in was not completed. Start again.",
  unavailable: "The sign-in service cannot be reached at the moment. Try again in a moment.",
  "signed-out": "You are signed out.",
  everywhere: "You are signed out everywhere.",
  insecure:
    "Sign-in does not work at this address, because browsers keep a session only over https, or over http on the same machine. The operator has to serve this app over https and set WEB_URL to that address.",
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
