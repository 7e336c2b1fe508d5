import { error, redirect, type RequestEvent } from "@sveltejs/kit";
import type { Viewer } from "../../session/viewer.ts";
import { sessionCookie } from "../session/session-cookie.ts";
import { log } from "../telemetry/log.ts";
import { CurrentSession } from "./current-session.ts";
import { signInPath } from "./return-path.ts";
import { signIn } from "./sign-in.ts";

// Every other route needs a session. The last two answer requests without one themselves.
const PUBLIC = /^\/(health|metrics|sign-in|auth|live-ticket|graph)(\/|$)/;

/** Finds the session of a request, and redirects requests without one to the sign-in page. */
export async function admit(event: RequestEvent): Promise<void> {
  const id = sessionCookie.read(event.cookies);
  if (id !== undefined) {
    // An open page sends these by itself, which does not show that the user is present.
    const byUser = event.route.id !== "/live-ticket" && event.route.id !== "/graph";
    const contents = await signIn()
      .store.find(id, byUser)
      .catch((cause: unknown) => sessionsUnreadable(event, cause));
    if (contents !== undefined) event.locals.session = new CurrentSession(signIn(), id, contents);
  }
  if (event.locals.session !== undefined || PUBLIC.test(event.route.id ?? "")) return;
  redirectToSignIn(event, id === undefined ? undefined : "ended");
}

/** Refuses a page that the user's roles do not include. The graph refuses its queries as well. */
export function requireAbility(
  { locals }: Pick<RequestEvent, "locals">,
  ability: keyof Viewer["may"],
): void {
  if (locals.session?.viewer.may[ability]) return;
  error(403, locals.t("problem.roleLacksPage"), { code: "FORBIDDEN" });
}

/** Redirects to the sign-in page, which returns to the present page afterwards. */
export function redirectToSignIn(event: RequestEvent, reason?: "ended"): never {
  if (sessionCookie.read(event.cookies) !== undefined) sessionCookie.drop(event.cookies);
  redirect(303, signInPath(pageOf(event), reason));
}

/** The page a request belongs to: for a form's action, the page with the form. */
export function pageOf({ url }: Pick<RequestEvent, "url">): string {
  const search = new URLSearchParams(
    [...url.searchParams].filter(([name]) => !name.startsWith("/")),
  );
  return search.size === 0 ? url.pathname : `${url.pathname}?${search}`;
}

function sessionsUnreadable({ locals }: RequestEvent, cause: unknown): never {
  log("error", `session database failed: ${cause instanceof Error ? cause.message : "unknown"}`);
  error(503, locals.t("problem.sessionUnreadable"), { code: "UPSTREAM_UNAVAILABLE" });
}
