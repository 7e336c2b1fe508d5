import { createHash } from "node:crypto";
import { withoutEncoding } from "@allfunds/platform/http";

/** The strong entity tag of an answer that has no version of its own: a digest of its bytes. */
export const contentTag = (content: string | Uint8Array): string =>
  `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;

/** The weak tag of an answer that notes when it was read: a digest of what it states, which is in `content`. */
export const weakTag = (content: object): string => `W/${contentTag(JSON.stringify(content))}`;

/** The entity tag of an answer: its version, or that of its text or bytes. */
export const tagOf = (
  headers: Readonly<Record<string, string>> | undefined,
  content: string | Uint8Array,
): string => headers?.["etag"] ?? contentTag(content);

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/**
 * The tag by which the client has the answer already, in whichever encoding; undefined when it has not.
 * If-None-Match compares weakly (RFC 9110, 13.1.2).
 */
export function heldTag(ifNoneMatch: string | undefined, tag: string): string | undefined {
  if (ifNoneMatch === undefined) return undefined;
  if (ifNoneMatch.trim() === "*") return tag;
  const sent = (ifNoneMatch.match(TAG) ?? []).map(opaque);
  const held = sent.find((one) => withoutEncoding(one) === opaque(tag));
  return held === undefined ? undefined : `${tag.startsWith("W/") ? "W/" : ""}${held}`;
}

const opaque = (tag: string): string => tag.replace(/^W\//, "");

/** A caller's own cache may keep what was read, and has to revalidate it each time. */
export const REVALIDATED = "private, no-cache";
