import { randomFillSync } from "node:crypto";
import { v7, validate } from "uuid";

// Asking the system for a few bytes costs as much as asking for many.
const pool = Buffer.alloc(16 * 256);
let used = pool.length;

function randomBytes(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

let last = 0;
let count = 0;

/** A new time-ordered UUID (version 7), also within a millisecond. Made at the edge only, never inside a decision. */
export function newId(): string {
  const random = randomBytes();
  const now = Date.now();
  if (now > last) {
    last = now;
    // Half of the counter's range is left to count up in.
    count = random.readUInt32BE(6) >>> 1;
  } else {
    count += 1;
  }
  return v7({ random, msecs: last, seq: count });
}

/** True for any RFC 9562 UUID in its lower-case text form. */
export const isId = (text: string): boolean => validate(text) && text === text.toLowerCase();
