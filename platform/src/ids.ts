import { createHash } from "node:crypto";
import { v7, validate } from "uuid";
import { pooledRandom } from "./pooled-random.ts";

let last = 0;
let count = 0;

/** A new UUIDv7, ordered also within a millisecond. Call it at the edge only, never inside a decision. */
export function newId(): string {
  const random = pooledRandom(16);
  const now = Date.now();
  if (now > last) {
    last = now;
    // Starting in the lower half leaves the upper half to count up in.
    count = random.readUInt32BE(6) >>> 1;
  } else {
    count += 1;
  }
  return v7({ random, msecs: last, seq: count });
}

/** True for an RFC 9562 UUID in lower case. */
export const isId = (text: string): boolean => validate(text) && text === text.toLowerCase();

/** The id that is always the same for a text: a UUIDv8 of its digest. */
export function idOfText(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
