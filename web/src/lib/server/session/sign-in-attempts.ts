import type { Cookies } from "@sveltejs/kit";
import type { SignInAttempt } from "./issuer.ts";
import type { Vault } from "./vault.ts";

const PREFIX = "__Host-sign-in-";
const PURPOSE = "sign-in attempt";
const NAMED_BY = 12;
// As long as the issuer keeps its sign-in page open.
const LIFETIME_SECONDS = 20 * 60;
const MOST_AT_ONCE = 5;

/**
 * Attempts are kept by the browser that makes them, sealed and one cookie each, so that two tabs may
 * sign in at once and nobody can fill our database by asking for the sign-in page.
 */
export function rememberAttempt(cookies: Cookies, vault: Vault, attempt: SignInAttempt): void {
  const waiting = cookies.getAll().filter(({ name }) => name.startsWith(PREFIX));
  for (const { name } of waiting.slice(0, Math.max(0, waiting.length - MOST_AT_ONCE + 1))) {
    cookies.delete(name, { path: "/", secure: true });
  }
  const sealed = vault.seal(JSON.stringify(attempt), PURPOSE).toString("base64url");
  cookies.set(PREFIX + attempt.state.slice(0, NAMED_BY), sealed, {
    path: "/",
    httpOnly: true,
    secure: true,
    sameSite: "lax",
    maxAge: LIFETIME_SECONDS,
  });
}

/** The attempt with this state, which can be taken once. */
export function takeAttempt(
  cookies: Cookies,
  vault: Vault,
  state: string | null,
): SignInAttempt | undefined {
  if (state === null) return undefined;
  const name = PREFIX + state.slice(0, NAMED_BY);
  const sealed = cookies.get(name);
  if (sealed === undefined) return undefined;
  cookies.delete(name, { path: "/", secure: true });
  const text = vault.open(Buffer.from(sealed, "base64url"), PURPOSE);
  const attempt = text === undefined ? undefined : (JSON.parse(text) as SignInAttempt);
  return attempt?.state === state ? attempt : undefined;
}
