import { v7, validate } from "uuid";
import { pooledRandom } from "./pooled-random.ts";

let last = 0;
let count = 0;

/** A new time-ordered UUID (version 7), also within a millisecond. Made at the edge only, never inside a decision. */
export function newId(): string {
  const random = pooledRandom(16);
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
