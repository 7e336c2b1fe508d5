import fc from "fast-check";
import { expect, test } from "vitest";
import { axisLabel, linearScale } from "./linear-scale.ts";

test("places every value between the ends of its axis", () => {
  const amount = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 30 }), (values) => {
      const { position } = linearScale(values);
      for (const value of values) {
        expect(position(value)).toBeGreaterThanOrEqual(-1e-6);
        expect(position(value)).toBeLessThanOrEqual(1 + 1e-6);
      }
    }),
  );
});

test("encloses the values in round marks", () => {
  expect(linearScale([130, 870]).ticks).toEqual([0, 200, 400, 600, 800, 1000]);
});

test("gives a flat or empty series an axis", () => {
  expect(linearScale([100, 100]).position(100)).toBeCloseTo(0.5);
  expect(linearScale([]).ticks.length).toBeGreaterThan(1);
});

test("writes short axis labels", () => {
  expect(axisLabel(1_500_000, 1, "en-GB")).toBe("1.5m");
  expect(axisLabel(-200, 1, "en-GB")).toBe("−200");
});

test("gives close marks the decimals that tell them apart", () => {
  const { ticks } = linearScale([1.0012, 1.0051]);
  const labels = ticks.map((tick) => axisLabel(tick, ticks[1]! - ticks[0]!, "en-GB"));
  expect(labels).toEqual(["1.001", "1.002", "1.003", "1.004", "1.005", "1.006"]);
});
