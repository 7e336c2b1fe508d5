import { error, redirect, type RequestEvent } from "@sveltejs/kit";
import { log } from "../log.ts";
import { CurrentSession } from "./current-session.ts";
import { signInPath } from "./return-path.ts";
import { sessionCookie } from "./session-cookie.ts";
import { signIn } from "./sign-in.ts";

// Everything else needs a session. The last two decide for themselves what to answer without one.
const PUBLIC = /^\/(health|metrics|sign-in|auth|live-ticket)(\/|$)/;

/** Finds the session of a request, and leads whoever has none to the sign-in page. */
export async function admit(event: RequestEvent): Promise<void> {
  const id = sessionCookie.read(event.cookies);
  if (id !== undefined) {
    // An open page fetches tickets for ever; that is no sign of somebody sitting before it.
    const seen = event.route.id !== "/live-ticket";
    const contents = await signIn().store.find(id, seen).catch(sessionsUnreadable);
    if (contents !== undefined) event.locals.session = new CurrentSession(signIn(), id, contents);
  }
  if (event.locals.session !== undefined || PUBLIC.test(event.route.id ?? "")) return;
  leaveToSignIn(event, id === undefined ? undefined : "ended");
}

/** Ends the request at the sign-in page, from where the way leads back to the present page. */
export function leaveToSignIn(event: RequestEvent, reason?: "ended"): never {
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

function sessionsUnreadable(cause: unknown): never {
  log("error", `sessions cannot be read: ${cause instanceof Error ? cause.message : "unknown"}`);
  error(503, "Your session cannot be read at the moment. Please try again.", {
    code: "UPSTREAM_UNAVAILABLE",
  });
}
