import fc from "fast-check";
import { quantileSorted } from "simple-statistics";
import { describe, expect, it } from "vitest";
import { quantilesOf } from "./order-statistics.ts";

const LEVELS = [0, 0.05, 0.1, 0.5, 0.9, 0.95, 1];

/** Type 7 by its definition on the sorted values. */
function bySorting(values: readonly number[], level: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = (sorted.length - 1) * level;
  const below = sorted[Math.floor(rank)] ?? 0;
  return below + (rank % 1) * ((sorted[Math.ceil(rank)] ?? 0) - below);
}

describe("quantiles", () => {
  it("equal those of the sorted values", () => {
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.constantFrom(0, 1, 2),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 400 }), (values) => {
        const found = quantilesOf(Float64Array.from(values), LEVELS);
        expect(found.map((quantile) => quantile.value)).toEqual(
          LEVELS.map((level) => expect.closeTo(bySorting(values, level), 6)),
        );
      }),
    );
  });

  it("have standard errors like those of a uniform sample", () => {
    const values = Float64Array.from({ length: 10_001 }, (_, index) => 1 - index / 10_000);
    const [median] = quantilesOf(values, [0.5]);
    // sqrt(p (1 - p) / n) over the density, which is 1.
    expect(median?.standardError).toBeCloseTo(0.005, 3);
    expect(median?.value).toBe(0.5);
  });

  it("of one value are that value", () => {
    expect(quantilesOf(Float64Array.of(3), [0.05, 0.95])).toEqual([
      { level: 0.05, value: 3, standardError: 0 },
      { level: 0.95, value: 3, standardError: 0 },
    ]);
  });

  it("agree with simple-statistics at the ends", () => {
    const values = [4, 1, 3, 2];
    expect(quantilesOf(Float64Array.from(values), [0, 1]).map(({ value }) => value)).toEqual([
      quantileSorted([1, 2, 3, 4], 0),
      quantileSorted([1, 2, 3, 4], 1),
    ]);
  });

  it("are a value of the sample where their rank is one", () => {
    const values = Float64Array.from({ length: 1_001 }, (_, index) => -(0.8 ** index));
    for (const level of [1 - 0.9, 1 - 0.95, 1 - 0.7, 0.07, 0.29]) {
      const [quantile] = quantilesOf(values.slice(), [level]);
      expect(quantile?.value).toBe(values[Math.round(1_000 * level)]);
    }
  });
});
