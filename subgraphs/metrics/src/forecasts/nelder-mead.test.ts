import fc from "fast-check";
import { expect, test } from "vitest";
import { minimize } from "./nelder-mead.ts";

const limits = (size: number, evaluations: number) => ({
  steps: new Float64Array(size).fill(0.5),
  tolerance: 1e-14,
  evaluations,
});

const valley = ([x = 0, y = 0]: Float64Array) => 100 * (y - x * x) ** 2 + (1 - x) ** 2;
const bounded = ([x = 0]: Float64Array) => (x < 2 ? Number.POSITIVE_INFINITY : x);

test("finds the bottom of Rosenbrock's valley", () => {
  const { point } = minimize(valley, Float64Array.of(-1.2, 1), limits(2, 2000));
  expect(point[0]).toBeCloseTo(1, 4);
  expect(point[1]).toBeCloseTo(1, 4);
});

test("stays within the region where the objective is finite", () => {
  const { point } = minimize(bounded, Float64Array.of(5), limits(1, 500));
  expect(point[0]).toBeGreaterThanOrEqual(2);
  expect(point[0]).toBeLessThan(2.01);
});

test("ends within its budget whatever the objective gives", () => {
  const anything = fc.oneof(
    fc.double(),
    fc.constant(Number.NaN),
    fc.constant(Number.POSITIVE_INFINITY),
  );
  fc.assert(
    fc.property(fc.infiniteStream(anything), (stream) => {
      const { evaluations } = minimize(
        () => stream.next().value ?? 0,
        Float64Array.of(0, 0, 0),
        limits(3, 60),
      );
      expect(evaluations).toBeLessThanOrEqual(65);
    }),
    { numRuns: 50 },
  );
});
