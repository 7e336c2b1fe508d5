import fc from "fast-check";
import { expect, it } from "vitest";
import { LruCache } from "./lru-cache.ts";

it("evicts the least recently used entry when it is full", () => {
  const cache = new LruCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  cache.get("a");
  cache.set("c", 3);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
});

it("stays within its limit and holds the newest entry when any keys are set", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9)), (limit, keys) => {
      const cache = new LruCache<number, number>(limit);
      for (const key of keys) {
        cache.set(key, key * 2);
        expect(cache.size).toBeLessThanOrEqual(limit);
        expect(cache.get(key)).toBe(key * 2);
      }
    }),
  );
});
