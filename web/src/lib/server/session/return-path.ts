const HERE = "http://here.invalid";
// The pages of signing in lead here themselves: going back to them would go in circles.
const NO_RETURN = /^\/(auth|sign-in|live-ticket)(\/|$)/;

/** A path of this app to go back to after signing in. Anything that could lead elsewhere becomes "/". */
export function safeReturnPath(wanted: string | null | undefined): string {
  if (!wanted?.startsWith("/")) return "/";
  const url = URL.parse(wanted, HERE);
  if (url?.origin !== HERE || NO_RETURN.test(url.pathname)) return "/";
  const path = url.pathname + url.search + url.hash;
  // "/a/..//evil.example" is resolved to "//evil.example", which a browser reads as a host.
  return path.startsWith("//") ? "/" : path;
}

/** Where a request without a session is led: the sign-in page, which knows the way back. */
export function signInPath(returnTo: string, reason?: string): string {
  const search = new URLSearchParams();
  const path = safeReturnPath(returnTo);
  if (path !== "/") search.set("returnTo", path);
  if (reason !== undefined) search.set("reason", reason);
  return search.size === 0 ? "/sign-in" : `/sign-in?${search}`;
}

/** Where two factors are asked for, and from where the way leads back. */
export function stepUpPath(returnTo: string): string {
  return `/auth/step-up?${new URLSearchParams({ returnTo: safeReturnPath(returnTo) })}`;
}
