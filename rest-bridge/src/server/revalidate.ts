import { createHash } from "node:crypto";

/** The strong entity tag of an answer that has no version of its own: a digest of its bytes. */
export const contentTag = (text: string): string =>
  `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Whether the client has the answer with this tag already: If-None-Match compares weakly (RFC 9110, 13.1.2). */
export function hasCurrent(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  return (ifNoneMatch.match(TAG) ?? []).some((one) => opaque(one) === opaque(tag));
}

const opaque = (tag: string): string => tag.replace(/^W\//, "");

/** A caller's own cache may keep what was read, and has to revalidate it each time. */
export const REVALIDATED = "private, no-cache";
