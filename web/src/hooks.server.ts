import { isHttpError, isRedirect } from "@sveltejs/kit";
import type { Handle, HandleServerError, ServerInit } from "@sveltejs/kit/hooks";
import { liveUrlFor } from "#lib/server/gateway-address.ts";
import { log } from "#lib/server/log.ts";
import { countRequest } from "#lib/server/request-metrics.ts";
import { admit } from "#lib/server/session/admit.ts";
import { canKeepCookies } from "#lib/server/session/session-cookie.ts";
import { signIn } from "#lib/server/session/sign-in.ts";

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

/** A server that cannot sign anybody in does not start. */
export const init: ServerInit = () => {
  const { settings } = signIn();
  log("info", `people sign in at ${settings.issuer} and come back to ${settings.webUrl}`);
  if (!canKeepCookies(settings.webUrl)) {
    log(
      "error",
      "nobody can sign in: over http, browsers keep a session on their own machine only",
    );
  }
};

export const handle: Handle = async ({ event, resolve }) => {
  const startedAt = performance.now();
  let status = 500;
  try {
    await admit(event);
    const response = await resolve(event);
    secure(response.headers, event.url);
    status = response.status;
    return response;
  } catch (thrown) {
    if (isRedirect(thrown) || isHttpError(thrown)) status = thrown.status;
    throw thrown;
  } finally {
    countRequest(event.route.id ?? "unmatched", status, performance.now() - startedAt);
  }
};

function secure(headers: Headers, pageUrl: URL): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
  const policy = headers.get("content-security-policy");
  if (policy === null) return;
  const live = new URL(liveUrlFor(pageUrl)).origin;
  let allowed = policy.replace("connect-src 'self'", `connect-src 'self' ${live}`);
  // Signing out is a form, and so is what needs a second factor: both end up at the issuer.
  const issuer = new URL(signIn().settings.issuer).origin;
  allowed = allowed.replace("form-action 'self'", `form-action 'self' ${issuer}`);
  headers.set("content-security-policy", allowed);
  // Books of account do not belong into shared caches or the back button of the next person.
  headers.set("cache-control", "private, no-store");
}

export const handleError: HandleServerError = (caught) => {
  if (caught.kind === "app") return caught.error;
  if (caught.kind === "framework" && caught.error.status === 404) {
    return { message: "There is no such page.", code: "NOT_FOUND" };
  }
  if (caught.kind === "unknown") log("error", describe(caught.error));
  return { message: "Something went wrong on our side.", code: "INTERNAL_ERROR" };
};

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
