import { redirect, type RequestEvent } from "@sveltejs/kit";
import { canKeepCookies } from "../session/session-cookie.ts";
import { log } from "../telemetry/log.ts";
import { safeReturnPath, signInPath } from "./return-path.ts";
import { keepAttempt } from "./sign-in-attempts.ts";
import { signIn, webUrl } from "./sign-in.ts";

/** Redirects the browser to the issuer, and keeps the attempt with its return path in a cookie. */
export async function sendToIssuer(event: RequestEvent, acr?: string): Promise<never> {
  const returnTo = safeReturnPath(event.url.searchParams.get("returnTo"));
  // The issuer redirects back to one address only, where the browser must have the cookie.
  if (event.url.origin !== webUrl) {
    redirect(303, webUrl + event.url.pathname + event.url.search, { external: [webUrl] });
  }
  if (!canKeepCookies(webUrl)) redirect(303, signInPath(returnTo, "insecure"));
  const begun = await signIn()
    .issuer.beginSignIn(returnTo, acr)
    .catch((error: Error) => {
      log("warn", `sign-in unavailable: ${reasonOf(error.cause ?? error)}`);
    });
  if (!begun) redirect(303, signInPath(returnTo, "unavailable"));
  keepAttempt(event.cookies, signIn().encryption, begun.attempt);
  redirect(303, begun.url, { external: [new URL(begun.url).origin] });
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : "unknown reason";
