import { randomFillSync } from "node:crypto";

// Asking the system for a few bytes costs as much as asking for many.
const pool = Buffer.alloc(4_096);
let used = pool.length;

/** Random bytes that hold until the next few are asked for: to be read at once. At most 64. */
export function pooledRandom(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
