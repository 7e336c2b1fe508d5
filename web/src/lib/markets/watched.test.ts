import { expect, test } from "vitest";
import { changesOf } from "./watched.ts";

const closes = (...prices: string[]) =>
  prices.map((close, day) => ({ at: `2026-11-0${day + 1}T00:00:00.000Z`, close }));

test("measures a price against the one before and the first", () => {
  const { last, sinceBefore, sinceFirst } = changesOf(closes("80", "100", "110"));
  expect(last?.close).toBe("110");
  expect(sinceBefore).toBeCloseTo(0.1, 12);
  expect(sinceFirst).toBeCloseTo(0.375, 12);
});

test.each([[[]], [["100"]]])("has no change of %j", (prices) => {
  const { sinceBefore, sinceFirst } = changesOf(closes(...prices));
  expect([sinceBefore, sinceFirst]).toEqual([null, null]);
});

test("has no change against a price of nothing", () => {
  expect(changesOf(closes("0", "2")).sinceBefore).toBeNull();
});
