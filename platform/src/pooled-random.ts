import { randomFillSync } from "node:crypto";

// Reading a few random bytes from the system costs as much as reading many.
const pool = Buffer.alloc(4_096);
let used = pool.length;

/** At most 64 random bytes. Read them at once: a later call overwrites them. */
export function pooledRandom(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
