import { isHttpError, isRedirect, type RequestEvent } from "@sveltejs/kit";
import type { Handle, HandleServerError, ServerInit } from "@sveltejs/kit/hooks";
import { compress } from "#lib/server/compress.ts";
import { liveUrlFor } from "#lib/server/graph/gateway-address.ts";
import { enterRequest, identifySession, startAdmission } from "#lib/server/telemetry/admission.ts";
import { log } from "#lib/server/telemetry/log.ts";
import { readiness } from "#lib/server/health/readiness.ts";
import { countRequest } from "#lib/server/telemetry/request-metrics.ts";
import { admit } from "#lib/server/sign-in/admit.ts";
import { languageAttributes } from "#lib/language/languages.ts";
import { loadReaderMessages, readerLanguage } from "#lib/server/reader-language.ts";
import { canKeepCookies } from "#lib/server/session/session-cookie.ts";
import { signIn } from "#lib/server/sign-in/sign-in.ts";
import { linksToTexts } from "#lib/server/text-files.ts";
import { APPEARANCE_COOKIE, appearanceAttributes, readAppearance } from "#lib/shell/appearance.ts";

const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

/** The server does not start without the settings of the sign-in. */
export const init: ServerInit = () => {
  startAdmission();
  const { settings } = signIn();
  // Not waited for: what is not known yet is not ready.
  void readiness.start();
  log("info", `issuer ${settings.issuer}, return address ${settings.webUrl}`);
  if (!canKeepCookies(settings.webUrl)) {
    log(
      "error",
      "sign-in impossible: browsers keep session cookies only over https or on loopback; set WEB_URL",
    );
  }
};

export const handle: Handle = async ({ event, resolve }) => {
  const startedAt = performance.now();
  let status = 500;
  const admitted = enterRequest(event);
  if (admitted instanceof Response) return refused(event, admitted);
  try {
    event.locals.t = await loadReaderMessages(event);
    await admit(event);
    identifySession(event);
    const response = compress(
      event.request,
      await resolve(event, { transformPageChunk: withAppearance(event) }),
    );
    secure(response.headers, event.url);
    status = response.status;
    return response;
  } catch (thrown) {
    if (isRedirect(thrown) || isHttpError(thrown)) status = thrown.status;
    throw thrown;
  } finally {
    admitted();
    countRequest(event.route.id ?? "unmatched", status, performance.now() - startedAt);
  }
};

function refused({ route, url }: RequestEvent, response: Response): Response {
  secure(response.headers, url);
  countRequest(route.id ?? "unmatched", response.status, 0);
  return response;
}

// In the first byte of the page, so that no other colours are painted before.
function withAppearance({ cookies, request, route }: RequestEvent) {
  const language = readerLanguage({ cookies, request });
  const attributes = appearanceAttributes(readAppearance(cookies.get(APPEARANCE_COOKIE)));
  return ({ html }: { html: string }) =>
    html
      .replace("%allfunds.reader%", `${languageAttributes(language)} ${attributes}`)
      .replace("%allfunds.texts%", linksToTexts(language, route.id));
}

function secure(headers: Headers, pageUrl: URL): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
  const policy = headers.get("content-security-policy");
  if (policy === null) return;
  const live = new URL(liveUrlFor(pageUrl)).origin;
  let allowed = policy.replace("connect-src 'self'", `connect-src 'self' ${live}`);
  // The forms for signing out and for a second factor both redirect to the issuer.
  const issuer = new URL(signIn().settings.issuer).origin;
  allowed = allowed.replace("form-action 'self'", `form-action 'self' ${issuer}`);
  headers.set("content-security-policy", allowed);
  // Keeps books out of shared caches and of the next user's back button.
  headers.set("cache-control", "private, no-store");
}

export const handleError: HandleServerError = (caught) => {
  const { t } = caught.event.locals;
  if (caught.kind === "app") return caught.error;
  if (caught.kind === "framework" && caught.error.status === 404) {
    return { message: t("problem.noSuchPage"), code: "NOT_FOUND" };
  }
  if (caught.kind === "unknown") log("error", describe(caught.error));
  return { message: t("problem.INTERNAL_ERROR"), code: "INTERNAL_ERROR" };
};

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
