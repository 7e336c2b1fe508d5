import { redirect } from "@sveltejs/kit";
import { safeReturnPath } from "#lib/server/session/return-path.ts";
import type { PageServerLoad } from "./$types";

const REASONS: Readonly<Record<string, string>> = {
  ended: "Your session has ended. Sign in again to go on where you were.",
  failed: "That sign-in was not finished. Please start again.",
  unavailable: "The sign-in service cannot be reached at the moment. Please try again.",
  "signed-out": "You are signed out.",
  everywhere: "You are signed out everywhere.",
  insecure:
    "Nobody can sign in at this address. Browsers keep a session only over https, or over http on their own machine: the operator has to serve this app over https and set WEB_URL to that address.",
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
