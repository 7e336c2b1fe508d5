import { redirect } from "@sveltejs/kit";
import { log } from "#lib/server/telemetry/log.ts";
import { sessionCookie } from "#lib/server/session/session-cookie.ts";
import type { RequestHandler } from "./$types";

/** Ends the session here first, so that it ends even when the issuer is unavailable. */
export const POST: RequestHandler = async ({ cookies, locals }) => {
  sessionCookie.drop(cookies);
  if (locals.session === undefined) redirect(303, "/sign-in");
  const signOutUrl = await locals.session.end().catch((error: Error) => {
    log("warn", `sign-out at the issuer failed: ${error.message}`);
    return "/sign-in?reason=signed-out";
  });
  // The issuer then ends its own session.
  redirect(303, signOutUrl, { external: true });
};
