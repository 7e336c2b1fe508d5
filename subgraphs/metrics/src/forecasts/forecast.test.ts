import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorOfMean, meanAbsoluteError, rollingFolds } from "./backtest.ts";
import { expectations } from "./forecast-methods.ts";
import { forecastSeries, type ForecastPoint } from "./forecast.ts";
import { croston, isIntermittent } from "./intermittent.ts";
import { studentQuantile } from "./intervals.ts";
import { drift, naive, naive2, seasonalNaive } from "./naive.ts";
import { AIR_PASSENGERS, NILE } from "./public-series.fixture.ts";
import { adjustSeason, isSeasonal } from "./seasonality.ts";
import { fitTheta } from "./theta.ts";

const of = (length: number, value: (index: number) => number): Float64Array =>
  Float64Array.from({ length }, (_, index) => value(index));
const monthly = (values: Float64Array, horizon = 6) =>
  forecastSeries({ values, seasonLength: 12, horizon });
const expected = (values: Float64Array) => monthly(values).points.map(({ value }) => value);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
/** Normal numbers by Box and Muller, always the same ones for a seed. */
const normals = (seed: number): (() => number) => {
  let state = seed;
  const draw = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
};
const refusal = (code: string) => expect.objectContaining({ code });

describe("simple methods", () => {
  test("naive repeats the last value, drift the line from first to last", () => {
    expect([...naive(Float64Array.of(1, 5, 3), 2)]).toEqual([3, 3]);
    expect([...drift(Float64Array.of(1, 5, 3), 2)]).toEqual([4, 5]);
  });

  test("a season repeats; less than one season falls back to the last value", () => {
    expect([...seasonalNaive(Float64Array.of(1, 2, 3, 4), 3, 4)]).toEqual([2, 3, 4, 2]);
    expect([...seasonalNaive(Float64Array.of(1, 2), 3, 2)]).toEqual([2, 2]);
  });
});

describe("seasonal adjustment", () => {
  // Computed by R 4.2: decompose(AirPassengers, "multiplicative")$figure.
  const FIGURES = [0.91023, 0.883625, 1.00737, 0.975906, 0.981378, 1.11278, 1.22656, 1.21991];

  test("a positive series has the factors of R's decompose", () => {
    const adjustment = adjustSeason(AIR_PASSENGERS, 12);
    expect(adjustment?.kind).toBe("MULTIPLICATIVE");
    for (const [place, figure] of FIGURES.entries()) {
      expect(adjustment?.figures[place]).toBeCloseTo(figure, 4);
    }
  });

  test("a series with a value below zero has amounts, one without a season neither", () => {
    expect(
      adjustSeason(
        AIR_PASSENGERS.map((value) => value - 300),
        12,
      )?.kind,
    ).toBe("ADDITIVE");
    expect(isSeasonal(NILE, 12)).toBe(false);
    expect(
      isSeasonal(
        of(30, () => 7),
        12,
      ),
    ).toBe(false);
  });

  test("the benchmark of the M competitions repeats the adjusted last value", () => {
    const [january = 0, february = 0] = naive2(AIR_PASSENGERS, 12, 2);
    const adjusted = (AIR_PASSENGERS.at(-1) ?? 0) / 0.898824;
    expect(january).toBeCloseTo(adjusted * 0.91023, 1);
    expect(february).toBeCloseTo(adjusted * 0.883625, 1);
  });
});

describe("intermittent series", () => {
  const SPARSE = of(30, (index) => (index % 5 === 4 ? 9000 : 0.01));

  test("Croston's method gives what R's croston does", () => {
    const values = Float64Array.of(0, 0, 3, 0, 0, 0, 5, 0, 2, 0, 0, 4);
    expect(croston(values)).toBeCloseTo(1.06051, 4);
  });

  test("mostly negligible values are forecast by an intermittent method, never below zero", () => {
    expect(isIntermittent(SPARSE)).toBe(true);
    const { method, points } = monthly(SPARSE);
    expect(["intermittent", "mean"]).toContain(method);
    for (const { value, lower80, lower95, upper95 } of points) {
      expect(lower80).toBeGreaterThanOrEqual(0);
      expect(lower95).toBeGreaterThanOrEqual(0);
      expect(value).toBeGreaterThan(0);
      expect(upper95).toBeGreaterThan(value);
    }
  });

  test("growth out of nothing is not intermittent", () => {
    expect(isIntermittent(of(60, (index) => Math.exp(index / 3)))).toBe(false);
  });
});

describe("forecastSeries", () => {
  test("air passengers are continued by the combination, near R's mean of ets and thetaf", () => {
    const { method, points, backtest } = monthly(AIR_PASSENGERS);
    expect(method).toBe("combination");
    const reference = [440.9, 431.3, 493.2, 479.5, 481.8, 548.2];
    for (const [step, value] of reference.entries()) {
      expect(Math.abs((points[step]?.value ?? 0) / value - 1)).toBeLessThan(0.03);
    }
    expect(backtest.mase).toBeLessThan(1);
    expect(backtest.candidates.map(({ method: name }) => name)).toContain("Theta");
  });

  test.each([
    [
      "one value stays, with an interval of its own size",
      [50],
      "naive",
      ["SHORT_HISTORY", "NO_BACKTEST", "ASSUMED_INTERVAL"],
    ],
    ["three values get the simplest method", [50, 52, 51], "naive", ["SHORT_HISTORY"]],
  ])("%s", (_name, values, method, warnings) => {
    const result = monthly(Float64Array.from(values));
    expect(result).toMatchObject({ method, warnings });
    const [first] = result.points;
    expect(first?.upper95).toBeGreaterThan(values.at(-1) ?? 0);
  });

  // R 4.2: sqrt(mean(diff(x)^2)) * qt(0.9, n - 1) and * qt(0.975, n - 1).
  test.each([
    ["two values", [100, 104], 12.3107, 50.8248],
    ["three values", [100_000, 104_000, 98_000], 9_614.8, 21_939.3],
    ["a jump after two equal values", [100, 100, 150], 66.6667, 152.1217],
    ["a jump after a small change", [100, 100.1, 150], 66.5335, 151.8178],
    ["five values on a line", [100, 110, 120, 130, 141], 15.7294, 28.484],
    ["six values", [1, 2, 3, 4, 5, 6.1], 1.5066, 2.624],
  ])(
    "of %s the interval is Student's, of the changes that were seen",
    (_name, values, ...widths) => {
      const [point] = monthly(Float64Array.from(values)).points;
      expect(point?.value).toBe(values.at(-1));
      const [near, far] = widths;
      expect(((point?.upper80 ?? 0) - (point?.value ?? 0)) / (near ?? 0)).toBeCloseTo(1, 2);
      expect(((point?.upper95 ?? 0) - (point?.value ?? 0)) / (far ?? 0)).toBeCloseTo(1, 2);
    },
  );

  test("the intervals of a short random walk hold what they are made to hold", () => {
    const normal = normals(7);
    const walks = Array.from({ length: 1_000 }, () => {
      let level = 1_000;
      return Array.from({ length: 5 }, () => (level += 20 * normal()));
    });
    const shareInside = (lower: keyof ForecastPoint, upper: keyof ForecastPoint) =>
      mean(
        walks.map((walk) => {
          const next = walk.at(-1) ?? Number.NaN;
          const [point] = monthly(Float64Array.from(walk.slice(0, -1)), 1).points;
          return Number(point !== undefined && point[lower] <= next && next <= point[upper]);
        }),
      );
    const [near, far] = [shareInside("lower80", "upper80"), shareInside("lower95", "upper95")];
    expect(Math.abs(near - 0.8)).toBeLessThan(0.03);
    expect(Math.abs(far - 0.95)).toBeLessThan(0.02);
  });

  test.each([
    ["up", 100, 150],
    ["up tenfold", 100, 1_000],
    ["down", 150, 100],
    ["down to a tenth", 1_000, 100],
    ["from nothing", 0, 100],
  ])(
    "a shift of the level %s makes intervals at most one and a half times as wide as itself",
    (_name, from, to) => {
      const normal = normals(7);
      const noise = from === 0 ? () => 0 : normal;
      const values = of(60, (index) => (index < 40 ? from + noise() : to + normal()));
      const [next] = forecastSeries({ values, seasonLength: 1, horizon: 6 }).points;
      const half = ((next?.upper95 ?? Number.NaN) - (next?.lower95 ?? Number.NaN)) / 2;
      expect(half / Math.abs(to - from)).toBeLessThan(1.6);
      // Another such shift is not ruled out.
      expect(half).toBeGreaterThan(3);
    },
  );

  test("intervals of a series that has come to vary ten times as much hold what follows", () => {
    const normal = normals(11);
    const inside = of(6, () => {
      const values = of(66, (index) => 100 + (index < 40 ? 1 : 10) * normal());
      const { points } = forecastSeries({
        values: values.subarray(0, 60),
        seasonLength: 1,
        horizon: 6,
      });
      return mean(
        points.map(({ lower95, upper95 }, step) => {
          const actual = values[60 + step] ?? Number.NaN;
          return Number(lower95 <= actual && actual <= upper95);
        }),
      );
    });
    expect(mean([...inside])).toBeGreaterThan(0.93);
  });

  test.each([
    ["a constant", of(40, () => 42), 42],
    ["nothing but zeros", of(40, () => 0), 0],
  ])("%s goes on", (_name, values, value) => {
    const { points, warnings } = monthly(values);
    expect(points.every((point) => point.value === value && point.upper95 === value)).toBe(true);
    expect(warnings).toContain("CONSTANT");
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a history with %s is refused", (value) => {
    expect(() => monthly(Float64Array.of(1, value, 3))).toThrow(refusal("INVALID_INPUT"));
  });

  test("no history is refused", () => {
    expect(() => monthly(new Float64Array())).toThrow(refusal("INSUFFICIENT_DATA"));
  });

  test("old values beyond the limit are left out, and the answer states it", () => {
    const { warnings } = forecastSeries({
      values: of(700, (index) => Math.sin(index)),
      seasonLength: 1,
      horizon: 2,
    });
    expect(warnings).toContain("OLD_VALUES_LEFT_OUT");
  });
});

/** Short, so that a property stays under a CPU second. */
const history = fc
  .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 16 })
  .map((values) => Float64Array.from(values));
const few = { numRuns: 15 };

describe("properties of forecasts", () => {
  test("figures are finite and intervals hold their value, whatever the size of the numbers", () => {
    const size = fc.constantFrom(1, 1e-300, 1e-9, 1e12, 1e305);
    fc.assert(
      fc.property(history, size, (values, factor) => {
        const { points } = monthly(
          values.map((value) => value * factor),
          3,
        );
        for (const { lower95, lower80, value, upper80, upper95 } of points) {
          const row = [lower95, lower80, value, upper80, upper95];
          expect(row.every(Number.isFinite)).toBe(true);
          expect(row.some((each) => Object.is(each, -0))).toBe(false);
          expect(row).toEqual([...row].sort((one, other) => one - other));
        }
      }),
      few,
    );
  });

  test("another unit gives the same forecast in that unit", () => {
    fc.assert(
      fc.property(history, (values) => {
        const other = expected(values.map((value) => value * 1024));
        expect(other).toEqual(expected(values).map((value) => value * 1024));
      }),
      few,
    );
  });

  test("what was never below zero is not expected below zero", () => {
    fc.assert(
      fc.property(history, (values) => {
        const { points } = monthly(values.map(Math.abs));
        expect(points.every(({ lower95, value }) => lower95 >= 0 && value >= 0)).toBe(true);
      }),
      few,
    );
  });

  test("a shifted series has a shifted Theta forecast", () => {
    const shifted = fitTheta(NILE.map((value) => value + 500)).forecast(3);
    for (const [step, value] of fitTheta(NILE).forecast(3).entries()) {
      expect((shifted[step] ?? 0) - 500).toBeCloseTo(value, 1);
    }
  });

  test("the method chosen did no worse in the back-test than the naive one, a mean by a tenth", () => {
    const longer = history.filter(({ length }) => length > 1);
    fc.assert(
      fc.property(longer, (values) => {
        const { method, members } = monthly(values);
        const folds = rollingFolds(values, 12, 6);
        const bound = meanAbsoluteError(folds, "naive");
        const all = expectations(values, 12, 6);
        const own = all.find((each) => each.method === method);
        const added = members.length > (own?.members.length ?? 0) ? members.at(-1) : undefined;
        const other = all.find(({ model }) => model === added)?.method;
        const error = errorOfMean(folds, method, other ?? method);
        expect(error).toBeLessThanOrEqual((other === undefined ? 1 : 1.1) * bound + 1e-6);
      }),
      few,
    );
  });
});

test("Student's quantiles are those of R's qt", () => {
  // qt(0.9, c(1, 2, 5, 20)), qt(0.975, c(1, 2, 5, 20))
  const table: [number, number, number][] = [
    [1, 3.077684, 12.7062],
    [2, 1.885618, 4.302653],
    [5, 1.475884, 2.570582],
    [20, 1.325341, 2.085963],
  ];
  for (const [freedom, narrow, wide] of table) {
    expect(studentQuantile(0.8, freedom) / narrow).toBeCloseTo(1, 3);
    expect(studentQuantile(0.95, freedom) / wide).toBeCloseTo(1, 2);
  }
});
