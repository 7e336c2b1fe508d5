import { redirect, type RequestEvent } from "@sveltejs/kit";
import { log } from "../log.ts";
import { rememberAttempt } from "./sign-in-attempts.ts";
import { safeReturnPath, signInPath } from "./return-path.ts";
import { canKeepCookies } from "./session-cookie.ts";
import { signIn, webUrl } from "./sign-in.ts";

/** Leads the browser to the issuer, and remembers where it was to come back to. */
export async function sendToIssuer(event: RequestEvent, acr?: string): Promise<never> {
  const returnTo = safeReturnPath(event.url.searchParams.get("returnTo"));
  // The issuer leads back to one address only, and the cookie has to be there already.
  if (event.url.origin !== webUrl) {
    redirect(303, webUrl + event.url.pathname + event.url.search, { external: [webUrl] });
  }
  if (!canKeepCookies(webUrl)) redirect(303, signInPath(returnTo, "insecure"));
  const begun = await signIn()
    .issuer.beginSignIn(returnTo, acr)
    .catch((error: Error) => {
      log("warn", `nobody can sign in: ${describe(error.cause ?? error)}`);
    });
  if (!begun) redirect(303, signInPath(returnTo, "unavailable"));
  rememberAttempt(event.cookies, signIn().vault, begun.attempt);
  redirect(303, begun.url, { external: [new URL(begun.url).origin] });
}

const describe = (error: unknown): string =>
  error instanceof Error ? error.message : "unknown reason";
