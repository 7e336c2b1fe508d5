import { redirect } from "@sveltejs/kit";
import { log } from "#lib/server/telemetry/log.ts";
import { signInPath } from "#lib/server/sign-in/return-path.ts";
import { sessionCookie } from "#lib/server/session/session-cookie.ts";
import { IssuerUnavailable } from "#lib/server/session/session.ts";
import { takeAttempt } from "#lib/server/sign-in/sign-in-attempts.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import type { RequestHandler } from "./$types";

/** The issuer's callback: redeems the code and begins a session with a new id. */
export const GET: RequestHandler = async ({ url, cookies, locals }) => {
  const attempt = takeAttempt(cookies, signIn().encryption, url.searchParams.get("state"));
  // The back button, a reload or a second tab: the sign-in is already complete.
  if (attempt === undefined) redirect(303, locals.session ? "/" : signInPath("/", "failed"));
  const { issuer, store } = signIn();
  const contents = await issuer.finishSignIn(url.search, attempt).catch((error: Error) => {
    log("warn", `sign-in failed: ${error.message}`);
    const reason = error instanceof IssuerUnavailable ? "unavailable" : "failed";
    redirect(303, signInPath(attempt.returnTo, reason));
  });
  sessionCookie.write(cookies, await store.begin(contents, sessionCookie.read(cookies)));
  redirect(303, attempt.returnTo);
};
