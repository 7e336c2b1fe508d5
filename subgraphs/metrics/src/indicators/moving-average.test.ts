import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMovingAverage, MOVING_AVERAGE_KINDS, runOverSeries } from "./moving-average.ts";
import type { MovingAverageKind } from "./moving-average.ts";

const batch = (kind: MovingAverageKind, period: number, values: readonly number[]) =>
  Array.from(runOverSeries(createMovingAverage(kind, period), Float64Array.from(values)));

/** The textbook definition of each average at one index, written without regard to speed. */
function naive(kind: MovingAverageKind, period: number, values: readonly number[], at: number) {
  if (at < period - 1) return Number.NaN;
  const window = values.slice(at - period + 1, at + 1);
  if (kind === "SMA") return window.reduce((sum, value) => sum + value, 0) / period;
  if (kind === "WMA") {
    const weighted = window.reduce((sum, value, index) => sum + (index + 1) * value, 0);
    return weighted / ((period * (period + 1)) / 2);
  }
  const alpha = 2 / (period + 1);
  let average = values.slice(0, period).reduce((sum, value) => sum + value, 0) / period;
  for (const value of values.slice(period, at + 1)) average = alpha * value + (1 - alpha) * average;
  return average;
}

const agree = (value: number, expected: number): boolean =>
  Object.is(value, expected) || Math.abs(value - expected) <= 1e-9 * Math.abs(expected);

const kinds = fc.constantFrom(...MOVING_AVERAGE_KINDS);
const prices = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { maxLength: 120 });
const periods = fc.integer({ min: 1, max: 25 });

describe("moving averages", () => {
  test.each([
    ["SMA", 3, [1, 2, 3, 4, 8], [Number.NaN, Number.NaN, 2, 3, 5]],
    ["WMA", 3, [1, 2, 3, 4, 8], [Number.NaN, Number.NaN, 14 / 6, 20 / 6, 35 / 6]],
    ["EMA", 3, [1, 2, 3, 4, 8], [Number.NaN, Number.NaN, 2, 3, 5.5]],
    ["SMA", 1, [7, 9], [7, 9]],
    [
      "EMA",
      1,
      [131_072.01191962237, 0.011919622350529393],
      [131_072.01191962237, 0.011919622350529393],
    ],
  ] as const)("%s over %i values follows its definition", (kind, period, values, expected) => {
    const actual = batch(kind, period, values);
    expect(actual).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) {
      expect(agree(actual[index], value), `at ${index}`).toBe(true);
    }
  });

  test("every kind equals its naive definition on any prices", () => {
    fc.assert(
      fc.property(kinds, periods, prices, (kind, period, values) => {
        const actual = batch(kind, period, values);
        for (const [index, value] of actual.entries()) {
          const expected = naive(kind, period, values, index);
          expect(agree(value, expected), `at ${index}`).toBe(true);
        }
      }),
    );
  });

  test("streaming value by value gives exactly the batch result", () => {
    fc.assert(
      fc.property(kinds, periods, prices, (kind, period, values) => {
        const indicator = createMovingAverage(kind, period);
        expect(values.map((value) => indicator.next(value))).toEqual(batch(kind, period, values));
      }),
    );
  });

  test("a fall from a hundred million to one leaves no rounding error behind", () => {
    const values = [...Array.from({ length: 50 }, (_, i) => 1e8 + i / 7), ...Array(50).fill(1.1)];
    for (const kind of ["SMA", "WMA"] as const) {
      expect(Math.abs(batch(kind, 20, values).at(-1)! - 1.1)).toBeLessThan(1e-14);
    }
  });

  test("a period below one is refused", () => {
    for (const kind of MOVING_AVERAGE_KINDS) {
      expect(() => createMovingAverage(kind, 0)).toThrow(RangeError);
      expect(() => createMovingAverage(kind, 2.5)).toThrow(RangeError);
    }
  });
});
