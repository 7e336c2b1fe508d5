import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { regressOnBenchmark } from "./benchmark.ts";
import { maximumDrawdown } from "./drawdowns.ts";
import { monthlyShare, sp500, sp500WithHole } from "./figure-references.fixture.ts";
import { sharpeRatio } from "./ratios.ts";
import { simpleReturns } from "./returns.ts";
import { rollingSeries } from "./rolling-series.ts";
import {
  rollingBeta,
  rollingDrawdown,
  rollingReturn,
  rollingSharpe,
  rollingVolatility,
} from "./rolling.ts";
import { annualisedVolatility } from "./volatility.ts";

/** What a rolling figure has to equal: the figure of each window by itself. */
const byWindow = (length: number, window: number, figure: (start: number, end: number) => number) =>
  Array.from({ length }, (_, last) =>
    last + 1 < window ? Number.NaN : figure(last + 1 - window, last + 1),
  );

/** The largest difference, relative above one; infinite when only one of the two has a figure. */
function difference(actual: Float64Array, expected: readonly number[]): number {
  const differences = expected.map((value, index) => {
    if (Number.isNaN(value) || Number.isNaN(actual[index])) {
      return Number.isNaN(value) && Number.isNaN(actual[index]) ? 0 : Infinity;
    }
    return Math.abs(actual[index] - value) / Math.max(1, Math.abs(value));
  });
  return Math.max(Math.abs(actual.length - expected.length), ...differences);
}

/** The value of one unit over the returns, from 1 on. */
function unit(returns: Float64Array): Float64Array {
  let value = 1;
  return Float64Array.from([1, ...Array.from(returns, (each) => (value *= 1 + each))]);
}

describe("rolling figures equal those of each window", () => {
  // Steps of a thousandth: returns that hardly vary would compare rounding errors.
  const thousandths = fc.integer({ min: -300, max: 300 }).map((value) => value / 1000);
  const returns = fc.array(thousandths, { maxLength: 40 });
  test("of any returns and window", () => {
    fc.assert(
      fc.property(returns, fc.integer({ min: 2, max: 12 }), (values, window) => {
        const own = Float64Array.from(values);
        const other = own.map((value, index) => value * 0.5 + (index % 3) * 0.01);
        const given = { window, periodsPerYear: 252, riskFreeRate: 0.02 };
        const of = (figure: (part: Float64Array, benchmark: Float64Array) => number | null) =>
          byWindow(
            own.length,
            window,
            (start, end) =>
              figure(own.subarray(start, end), other.subarray(start, end)) ?? Number.NaN,
          );
        expect(
          difference(
            rollingReturn(own, given),
            of((part) => (unit(part).at(-1) ?? Number.NaN) - 1),
          ),
        ).toBeLessThan(1e-9);
        expect(
          difference(
            rollingVolatility(own, given),
            of((part) => annualisedVolatility(part, 252)),
          ),
        ).toBeLessThan(1e-9);
        expect(
          difference(
            rollingSharpe(own, given),
            of((part) => sharpeRatio(part, 0.02, 252)),
          ),
        ).toBeLessThan(1e-9);
        expect(
          difference(
            rollingDrawdown(own, given),
            of((part) => maximumDrawdown(unit(part))?.depth ?? 0),
          ),
        ).toBeLessThan(1e-9);
        const beta = of(
          (part, benchmark) =>
            regressOnBenchmark(
              { returns: Array.from(part), benchmark: Array.from(benchmark) },
              0,
              252,
            )?.beta ?? null,
        );
        expect(difference(rollingBeta(own, other, given), beta)).toBeLessThan(1e-9);
      }),
    );
  });

  test("after a fall of the price from 1e8 to 1", () => {
    const prices = Float64Array.from({ length: 300 }, (_, index) =>
      index < 100 ? 1e8 + index : 1 + (index % 7) / 100,
    );
    const returns = simpleReturns(prices);
    const given = { window: 20, periodsPerYear: 252, riskFreeRate: 0 };
    expect(
      difference(
        rollingVolatility(returns, given),
        byWindow(returns.length, 20, (start, end) =>
          annualisedVolatility(returns.subarray(start, end), 252),
        ),
      ),
    ).toBeLessThan(1e-9);
  });
});

describe("rolling series", () => {
  const request = { benchmark: null, window: 250, riskFreeRate: 0 };
  // R: the last of TTR::runSD(diff(p) / head(p, -1), 250) * sqrt(252).
  test("the last rolling volatility of the S&P 500 equals R's", () => {
    const { values } = rollingSeries("VOLATILITY", { ...request, series: sp500() });
    expect(values.at(-1)).toBeCloseTo(0.3200000260182607, 12);
    expect(values.findIndex((value) => !Number.isNaN(value))).toBe(250);
  });

  test("windows do not reach over a gap", () => {
    const series = sp500WithHole();
    const { values, frequency } = rollingSeries("RETURN", { ...request, series });
    const after = series.times.indexOf(frequency.gaps[0].to);
    expect(values.slice(after, after + 250).every(Number.isNaN)).toBe(true);
    expect(values[after + 250]).toBeCloseTo(
      series.values[after + 250] / series.values[after] - 1,
      12,
    );
  });

  test("beta is that of the shared periods", () => {
    const series = monthlyShare("AAPL");
    const benchmark = monthlyShare("IBM");
    const { values } = rollingSeries("BETA", { ...request, series, benchmark, window: 122 });
    expect(values.at(-1)).toBeCloseTo(0.8455622409537881, 12);
  });

  test.each([
    ["a figure that needs a frequency of an irregular series", "SHARPE", [0, 1, 5, 30]],
    ["beta without a benchmark", "BETA", [0, 1, 2, 3]],
  ] as const)("refuses %s", (_name, figure, days) => {
    const times = Float64Array.from(days, (day) => day * 86_400_000);
    const series = { times, values: times.map(() => 1) };
    expect(() => rollingSeries(figure, { ...request, series })).toThrow(
      expect.objectContaining({ code: "INSUFFICIENT_DATA" }),
    );
  });

  test("refuses prices that are not above zero, takes none at all", () => {
    const series = { times: Float64Array.from([0, 1]), values: Float64Array.from([1, 0]) };
    expect(() => rollingSeries("RETURN", { ...request, series })).toThrow(
      expect.objectContaining({ code: "INSUFFICIENT_DATA" }),
    );
    const none = { times: new Float64Array(0), values: new Float64Array(0) };
    expect(rollingSeries("RETURN", { ...request, series: none }).values).toHaveLength(0);
  });
});
