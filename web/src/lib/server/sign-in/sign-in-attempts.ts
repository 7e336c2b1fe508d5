import type { Cookies } from "@sveltejs/kit";
import type { SignInAttempt } from "../issuer/issuer.ts";
import type { Encryption } from "../session/encryption.ts";

const PREFIX = "__Host-sign-in-";
const PURPOSE = "sign-in attempt";
const NAME_LENGTH = 12;
// As long as the issuer keeps its sign-in page open.
const LIFETIME_SECONDS = 20 * 60;
const MAX_ATTEMPTS = 5;

/**
 * Keeps an attempt in the browser, in an encrypted cookie of its own. Two tabs can sign in at once, and
 * requests for the sign-in page store nothing on the server.
 */
export function keepAttempt(
  cookies: Cookies,
  encryption: Encryption,
  attempt: SignInAttempt,
): void {
  const present = cookies.getAll().filter(({ name }) => name.startsWith(PREFIX));
  for (const { name } of present.slice(0, Math.max(0, present.length - MAX_ATTEMPTS + 1))) {
    cookies.delete(name, { path: "/", secure: true });
  }
  const encrypted = encryption.encrypt(JSON.stringify(attempt), PURPOSE).toString("base64url");
  cookies.set(PREFIX + attempt.state.slice(0, NAME_LENGTH), encrypted, {
    path: "/",
    httpOnly: true,
    secure: true,
    sameSite: "lax",
    maxAge: LIFETIME_SECONDS,
  });
}

/** The attempt with this state. It can be taken once. */
export function takeAttempt(
  cookies: Cookies,
  encryption: Encryption,
  state: string | null,
): SignInAttempt | undefined {
  if (state === null) return undefined;
  const name = PREFIX + state.slice(0, NAME_LENGTH);
  const encrypted = cookies.get(name);
  if (encrypted === undefined) return undefined;
  cookies.delete(name, { path: "/", secure: true });
  const text = encryption.decrypt(Buffer.from(encrypted, "base64url"), PURPOSE);
  const attempt = text === undefined ? undefined : (JSON.parse(text) as SignInAttempt);
  return attempt?.state === state ? attempt : undefined;
}
