import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  annualisedReturn,
  cumulativeReturn,
  sharpeRatio,
  simpleReturns,
  sortinoRatio,
} from "./returns.ts";
import { historicalRisk, maximumDrawdown, quantileOfSorted } from "./risk.ts";

const floats = (...values: number[]) => Float64Array.from(values);

describe("statistics of small samples", () => {
  test("simple returns are the relative changes between consecutive prices", () => {
    expect(Array.from(simpleReturns(floats(100, 110, 99)))).toEqual([
      expect.closeTo(0.1, 12),
      expect.closeTo(-0.1, 12),
    ]);
    expect(simpleReturns(floats(100))).toHaveLength(0);
  });

  test("252 daily steps annualise to the cumulative return itself", () => {
    const prices = Float64Array.from({ length: 253 }, (_, day) => 100 + day);
    expect(annualisedReturn(prices)).toBeCloseTo(cumulativeReturn(prices), 12);
  });

  test.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [0.9, 3.7],
    [1, 4],
  ])("the %d quantile of 1, 2, 3, 4 interpolates to %d", (probability, expected) => {
    expect(quantileOfSorted(floats(1, 2, 3, 4), probability)).toBeCloseTo(expected, 12);
  });

  test("a drawdown that has not recovered has no recovery", () => {
    expect(maximumDrawdown(floats(100, 80, 120, 60, 90))).toEqual({
      depth: 0.5,
      peak: 2,
      trough: 3,
      recovery: null,
    });
  });

  test("prices that never fall have no drawdown", () => {
    expect(maximumDrawdown(floats(1, 1, 2, 3))).toBeNull();
  });

  test("returns that do not vary have no Sharpe ratio, gains alone no Sortino ratio", () => {
    expect(sharpeRatio(floats(0.01, 0.01, 0.01), 0)).toBeNull();
    expect(sortinoRatio(floats(0.01, 0.03, 0.02), 0)).toBeNull();
  });

  test("the shortfall is never smaller than the value at risk", () => {
    const sample = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(sample, fc.double({ min: 0.5, max: 0.99, noNaN: true }), (values, level) => {
        const risk = historicalRisk(Float64Array.from(values), level);
        expect(risk.expectedShortfall).toBeGreaterThanOrEqual(risk.valueAtRisk - 1e-12);
      }),
    );
  });

  test("no drawdown of any series is deeper than the deepest", () => {
    const series = fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(series, (values) => {
        const falls = values.flatMap((from, i) => values.slice(i + 1).map((to) => 1 - to / from));
        const depth = maximumDrawdown(Float64Array.from(values))?.depth ?? 0;
        expect(depth).toBeCloseTo(Math.max(0, ...falls), 12);
      }),
    );
  });
});
