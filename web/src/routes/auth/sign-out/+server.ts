import { redirect } from "@sveltejs/kit";
import { log } from "#lib/server/log.ts";
import { sessionCookie } from "#lib/server/session/session-cookie.ts";
import type { RequestHandler } from "./$types";

/** Ends the session here first, so that it is over even where the issuer cannot be reached. */
export const POST: RequestHandler = async ({ cookies, locals }) => {
  sessionCookie.drop(cookies);
  if (locals.session === undefined) redirect(303, "/sign-in");
  const away = await locals.session.end().catch((error: Error) => {
    log("warn", `the issuer was not told of a sign-out: ${error.message}`);
    return "/sign-in?reason=signed-out";
  });
  // The issuer ends its own session next, under the address its own document names.
  redirect(303, away, { external: true });
};
