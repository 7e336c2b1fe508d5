import fc from "fast-check";
import { expect, test } from "vitest";
import { ResultCache } from "./result-cache.ts";

test("what was used last stays, the rest makes place", () => {
  const cache = new ResultCache(4_000);
  for (const key of ["a", "b", "c"]) cache.set(key, key, 800);
  expect(cache.get("a")?.value).toBe("a");
  for (const key of ["d", "e"]) cache.set(key, key, 800);
  expect(["a", "b", "c", "d", "e"].filter((key) => cache.get(key) !== undefined)).toEqual([
    "a",
    "c",
    "d",
    "e",
  ]);
});

test("a value that would push out everything else is not kept", () => {
  const cache = new ResultCache(1_000);
  cache.set("small", 1, 8);
  cache.set("large", 2, 800);
  expect(cache.get("large")).toBeUndefined();
  expect(cache.get("small")?.value).toBe(1);
});

test("a cache without memory keeps nothing", () => {
  const cache = new ResultCache(0);
  cache.set("a", 1, 0);
  expect(cache.get("a")).toBeUndefined();
  expect(cache.bytes).toBe(0);
});

test("its memory never exceeds the limit", () => {
  const entries = fc.array(fc.tuple(fc.string(), fc.nat(3_000)));
  fc.assert(
    fc.property(entries, (added) => {
      const cache = new ResultCache(5_000);
      for (const [key, bytes] of added) {
        cache.set(key, key, bytes);
        expect(cache.bytes).toBeLessThanOrEqual(5_000);
      }
    }),
  );
});
