import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { median, quantile, robustScore } from "./robust-score.ts";
import { SortedWindow } from "./history.ts";

describe("the robust score", () => {
  test("by hand: 10 among 1..5 has median 3, deviation 1", () => {
    expect(robustScore(10, [1, 2, 3, 4, 5])).toBeCloseTo(0.6745 * 7);
  });

  test("of equal amounts measures the distance in shares of the amount, not infinity", () => {
    const rents = Array.from({ length: 12 }, () => 650_000);
    expect(robustScore(650_000, rents)).toBe(0);
    expect(robustScore(660_000, rents)).toBeLessThan(1);
    expect(robustScore(6_500_000, rents)).toBeGreaterThan(100);
  });

  test("does not change when one earlier amount was absurd", () => {
    const usual = Array.from({ length: 21 }, (_, index) => 1_000 + index * 10);
    const withOutlier = [...usual.slice(0, -1), 1_000_000_000];
    expect(Math.abs(robustScore(2_000, usual) - robustScore(2_000, withOutlier))).toBeLessThan(1);
  });

  test("is never negative and is the same in any currency scale", () => {
    const amounts = fc.array(fc.integer({ min: 1_000, max: 1_000_000 }), { minLength: 3 });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1_000, max: 1_000_000 }), (unsorted, value) => {
        const history = [...unsorted].sort((a, b) => a - b);
        const score = robustScore(value, history);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(
          robustScore(
            value * 10,
            history.map((each) => each * 10),
          ),
        ).toBeCloseTo(score, 6);
      }),
    );
  });
});

test("the robust score follows its definition", () => {
  const amounts = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(amounts, fc.double({ min: 0, max: 1e9, noNaN: true }), (history, value) => {
      const centre = median(history);
      const spread = median(history.map((each) => Math.abs(each - centre)));
      const least = Math.max(spread, Math.abs(centre) * 0.02, 1);
      const sorted = [...history].sort((a, b) => a - b);
      expect(robustScore(value, sorted)).toBe((0.6745 * Math.abs(value - centre)) / least);
    }),
  );
});

test("a window holds the latest values in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 })),
      fc.integer({ min: 1, max: 9 }),
      (values, longest) => {
        const window = new SortedWindow(longest);
        for (const value of values) window.push(value);
        expect(window.sorted).toEqual(values.slice(-longest).sort((a, b) => a - b));
      },
    ),
  );
});

test("median and quantile by hand", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(10);
  expect(quantile([5], 0.9)).toBe(5);
});
