const BASE = "http://here.invalid";
// The pages of the sign-in itself: returning to them would loop.
const NO_RETURN = /^\/(auth|sign-in|live-ticket|graph)(\/|$)/;

/** A path of this app to return to after the sign-in. Anything that could leave the app becomes "/". */
export function safeReturnPath(wanted: string | null | undefined): string {
  if (!wanted?.startsWith("/")) return "/";
  const url = URL.parse(wanted, BASE);
  if (url?.origin !== BASE || NO_RETURN.test(url.pathname)) return "/";
  const path = url.pathname + url.search + url.hash;
  // "/a/..//evil.example" is resolved to "//evil.example", which a browser reads as a host.
  return path.startsWith("//") ? "/" : path;
}

/** The sign-in page, with the path to return to afterwards. */
export function signInPath(returnTo: string, reason?: string): string {
  const search = new URLSearchParams();
  const path = safeReturnPath(returnTo);
  if (path !== "/") search.set("returnTo", path);
  if (reason !== undefined) search.set("reason", reason);
  return search.size === 0 ? "/sign-in" : `/sign-in?${search}`;
}

/** The page that requires two factors, with the path to return to afterwards. */
export function stepUpPath(returnTo: string): string {
  return `/auth/step-up?${new URLSearchParams({ returnTo: safeReturnPath(returnTo) })}`;
}
