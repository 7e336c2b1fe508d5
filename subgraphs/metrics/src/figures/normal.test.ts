import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalCdf, normalQuantile } from "./normal.ts";

const relativeError = (actual: number, expected: number) => Math.abs(actual / expected - 1);

// Expected values: mpmath with 40 digits.
describe("the standard normal distribution", () => {
  test.each([
    [-20, 2.7536241186062337e-89],
    [-8, 6.220960574271784e-16],
    [-5, 2.866515718791939e-7],
    [-3, 0.0013498980316300946],
    [-2.5, 0.006209665325776135],
    [-2.49, 0.006387154764943173],
    [-1.644854, 0.04999996152541305],
    [-0.1, 0.460172162722971],
    [1e-5, 0.500003989422804],
    [1.96, 0.9750021048517795],
    [2.51, 0.9939634419195873],
    [5, 0.9999997133484281],
  ])("has the distribution function at %d", (z, expected) => {
    expect(relativeError(normalCdf(z), expected)).toBeLessThan(1e-14);
  });

  test.each([
    [1e-300, -37.0470962993612],
    [1e-100, -21.273453560965326],
    [1e-10, -6.361340902404057],
    [0.0001, -3.7190164854556804],
    [0.01, -2.326347874040841],
    [0.05, -1.6448536269514726],
    [0.3, -0.5244005127080408],
    [0.9, 1.2815515655446006],
  ])("has the quantile of %d", (probability, expected) => {
    expect(relativeError(normalQuantile(probability), expected)).toBeLessThan(1e-14);
  });

  test("has quantiles at the ends and none outside", () => {
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([-Infinity, 0, Infinity]);
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([NaN, NaN, NaN]);
    expect([-Infinity, -1e9, 1e9, Infinity, NaN].map(normalCdf)).toEqual([0, 0, 1, 1, NaN]);
  });

  test("the quantile undoes the distribution function", () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (z) => {
        expect(Math.abs(normalQuantile(normalCdf(z)) - z)).toBeLessThan(
          1e-9 * Math.max(1, Math.abs(z)),
        );
      }),
    );
  });
});
