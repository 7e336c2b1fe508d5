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
