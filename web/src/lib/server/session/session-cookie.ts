import type { Cookies } from "@sveltejs/kit";

// The prefix makes browsers demand Secure, Path=/ and no Domain, so that no other host can set it.
const NAME = "__Host-sid";
const FLAGS = { path: "/", httpOnly: true, secure: true, sameSite: "lax" } as const;

export const sessionCookie = {
  read: (cookies: Cookies): string | undefined => cookies.get(NAME),
  write: (cookies: Cookies, id: string): void => cookies.set(NAME, id, FLAGS),
  drop: (cookies: Cookies): void => cookies.delete(NAME, FLAGS),
};

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Browsers keep the cookie over https, and over http from loopback addresses only. */
export function canKeepCookies(webUrl: string): boolean {
  const { protocol, hostname } = new URL(webUrl);
  return protocol === "https:" || LOOPBACK.test(hostname);
}
