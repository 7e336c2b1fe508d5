import { expect, test, vi } from "vitest";
import { isId, newId } from "./ids.ts";

test("ids are new, valid, and sort in the order they were made, also within a millisecond", () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(isId)).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.every((id) => id.charAt(14) === "7")).toBe(true);
});

test("an id carries the time it was made", async () => {
  // Ids never go back in time, not even after a test that set the clock forward.
  vi.resetModules();
  const { newId } = await import("./ids.ts");
  const before = Date.now();
  const madeAt = Number.parseInt(newId().replaceAll("-", "").slice(0, 12), 16);
  expect(madeAt).toBeGreaterThanOrEqual(before);
  expect(madeAt).toBeLessThanOrEqual(Date.now());
});
