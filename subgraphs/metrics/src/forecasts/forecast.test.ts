import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dampedTrend,
  drift,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
} from "./forecast-methods.ts";
import { forecastSeries } from "./forecast.ts";

const months = (length: number, value: (month: number) => number) =>
  Float64Array.from({ length }, (_, month) => value(month));
const numbers = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const series = fc.array(numbers, { minLength: 16, maxLength: 48 });

describe("forecast methods", () => {
  test.each([
    ["naive repeats the last value", naive, [1, 5, 3], [3, 3]],
    ["drift continues the line from first to last", drift, [1, 5, 3], [4, 5]],
    ["smoothing of a constant is the constant", simpleExponentialSmoothing, [7, 7, 7], [7, 7]],
    ["a seasonal pattern repeats", seasonalNaive, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 2]],
  ] as const)("%s", (_name, method, history, expected) => {
    expect(Array.from(method.forecast(Float64Array.from(history), 2))).toEqual(expected);
  });

  test("a damped trend follows a line, ever more slowly", () => {
    const [first, second, third] = dampedTrend.forecast(
      months(30, (month) => 10 * month),
      3,
    );
    expect(first - 290).toBeGreaterThan(5);
    expect(third - second).toBeLessThan(second - first);
  });
});

describe("forecastSeries", () => {
  test.each([
    ["a straight line is continued by drift", months(24, (month) => 100 + 3 * month), "drift"],
    ["a constant keeps to the simplest method", months(24, () => 42), "naive"],
    [
      "a yearly pattern is continued by the seasonal naive method",
      months(36, (month) => [3, 9, 1, 40, 5, 60, 7, 8, 90, 2, 11, 30][month % 12]),
      "seasonal naive (12 months)",
    ],
  ])("%s", (_name, values, method) => {
    expect(forecastSeries(values, 6).chosen.method.name).toBe(method);
  });

  test("fifteen months are too few for six months ahead, sixteen are enough", () => {
    expect(() => forecastSeries(months(15, Math.sin), 6)).toThrow(
      expect.objectContaining({ code: "INSUFFICIENT_DATA" }),
    );
    expect(forecastSeries(months(16, Math.sin), 6).points).toHaveLength(6);
  });

  test("the chosen method is never worse on the back-test than any candidate", () => {
    fc.assert(
      fc.property(series, (values) => {
        const { chosen, candidates } = forecastSeries(Float64Array.from(values), 6);
        expect(candidates.map(({ method }) => method.name)).toContain("naive");
        for (const candidate of candidates) {
          expect(chosen.meanAbsoluteError).toBeLessThanOrEqual(candidate.meanAbsoluteError);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("the same history always gives the same forecast", () => {
    fc.assert(
      fc.property(series, (values) => {
        const run = () => forecastSeries(Float64Array.from(values), 3).points;
        expect(run()).toEqual(run());
      }),
      { numRuns: 10 },
    );
  });

  test("intervals hold their value and widen with the distance", () => {
    fc.assert(
      fc.property(series, (values) => {
        const { points } = forecastSeries(Float64Array.from(values), 6);
        const widths = points.map(({ lower, upper }) => upper - lower);
        for (const { value, lower, upper } of points) {
          expect(lower).toBeLessThanOrEqual(value);
          expect(upper).toBeGreaterThanOrEqual(value);
        }
        for (const [step, width] of widths.slice(1).entries()) {
          expect(width).toBeGreaterThan(widths[step] - 1e-6);
        }
      }),
      { numRuns: 30 },
    );
  });
});
