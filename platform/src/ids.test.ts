import { expect, test, vi } from "vitest";
import { isId, newId } from "./ids.ts";

test("makes unique, valid ids in sorted order when many are made within a millisecond", () => {
  const ids = Array.from({ length: 20_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every(isId)).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(ids.every((id) => id.charAt(14) === "7")).toBe(true);
});

test("carries the present time when an id is made", async () => {
  // Ids never go back in time, and an earlier test may have set the clock forward.
  vi.resetModules();
  const { newId } = await import("./ids.ts");
  const before = Date.now();
  const madeAt = Number.parseInt(newId().replaceAll("-", "").slice(0, 12), 16);
  expect(madeAt).toBeGreaterThanOrEqual(before);
  expect(madeAt).toBeLessThanOrEqual(Date.now());
});
