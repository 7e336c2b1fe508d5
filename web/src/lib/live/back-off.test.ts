import { expect, test } from "vitest";
import { backOffMs } from "./back-off.ts";

test("doubles the delay up to a limit and randomises half of it", () => {
  expect([0, 1, 2, 20].map((attempt) => backOffMs(attempt, () => 1))).toEqual([
    500, 1000, 2000, 5_000,
  ]);
  expect(backOffMs(20, () => 0)).toBe(2_500);
});
