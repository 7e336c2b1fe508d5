import { expect, test } from "vitest";
import { minimizeSquares } from "./least-squares.ts";

const fine = { steps: 60, tolerance: 1e-12 };

test("a line through points on a line is found exactly", () => {
  const at = Float64Array.of(0, 1, 2, 3);
  const residuals = ([intercept = 0, slope = 0]: Float64Array) =>
    at.map((x) => 2 + 3 * x - intercept - slope * x);
  const { point, value } = minimizeSquares(residuals, Float64Array.of(0, 0), fine);
  expect(point[0]).toBeCloseTo(2, 6);
  expect(point[1]).toBeCloseTo(3, 6);
  expect(value).toBeCloseTo(0, 10);
});

test("an exponential decay is found from a distant start", () => {
  const at = Float64Array.from({ length: 20 }, (_, index) => index / 4);
  const residuals = ([size = 0, rate = 0]: Float64Array) =>
    at.map((x) => 5 * Math.exp(-0.7 * x) - size * Math.exp(-rate * x));
  const { point } = minimizeSquares(residuals, Float64Array.of(1, 0.1), fine);
  expect(point[0]).toBeCloseTo(5, 3);
  expect(point[1]).toBeCloseTo(0.7, 3);
});

test("residuals that do not depend on the point end the search at its start", () => {
  const { point } = minimizeSquares(() => Float64Array.of(1, 2), Float64Array.of(4), fine);
  expect([...point]).toEqual([4]);
});
