import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { computeFigure, figureArguments, PRICE_FIGURES } from "./definitions.ts";
import { listDrawdowns, maximumDrawdown } from "./drawdowns.ts";
import { sp500 } from "./figure-references.fixture.ts";
import { FigureSample } from "./figure-sample.ts";
import { monthlyReturns } from "./monthly-returns.ts";
import { simpleReturns } from "./returns.ts";
import { cornishFisherRisk, historicalRisk, kupiecTest } from "./tail-risk.ts";

const DAY = 86_400_000;
const floats = (...values: number[]) => Float64Array.from(values);
const daily = (values: readonly number[], start = 0) => ({
  times: Float64Array.from(values, (_, index) => start + index * DAY),
  values: Float64Array.from(values),
});
const figuresOf = (sample: FigureSample) =>
  PRICE_FIGURES.map((figure) => ({
    figure,
    ...computeFigure(figure, sample, figureArguments({ window: 20 })),
  }));

const prices = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), {
  minLength: 120,
  maxLength: 200,
});

describe("figures of any series", () => {
  const any = fc.array(
    fc.oneof(fc.double(), fc.constantFrom(0, -1, 1, 1e300, 1e-300, 5e-324, Number.MAX_VALUE)),
    { maxLength: 130 },
  );
  test("are finite numbers or have a reason", () => {
    fc.assert(
      fc.property(any, any, (values, others) => {
        const finite = values.filter(Number.isFinite);
        const benchmark = daily(others.filter(Number.isFinite));
        for (const { value, unavailable } of figuresOf(
          new FigureSample(daily(finite), benchmark),
        )) {
          expect(value === null).toBe(unavailable !== null);
          expect(Number.isFinite(value ?? 0) && !Object.is(value, -0)).toBe(true);
        }
      }),
    );
  });

  test.each([
    ["nothing", []],
    ["one price", [100]],
    ["a price of zero", Array.from({ length: 400 }, (_, index) => (index === 200 ? 0 : 100))],
  ])("have a reason each: %s", (_name, values) => {
    const reasons = figuresOf(new FigureSample(daily(values))).map(
      ({ unavailable }) => unavailable,
    );
    expect(reasons.every((reason) => reason !== null)).toBe(true);
  });

  test("do not move with the unit of the price, or with time", () => {
    fc.assert(
      fc.property(prices, fc.integer({ min: -8, max: 8 }), (values, power) => {
        const plain = figuresOf(new FigureSample(daily(values)));
        const moved = figuresOf(
          new FigureSample(
            daily(
              values.map((value) => value * 2 ** power),
              700 * DAY,
            ),
          ),
        );
        expect(moved.map(({ value }) => value)).toEqual(plain.map(({ value }) => value));
      }),
    );
  });

  test("of a series beside itself are those of a perfect follower", () => {
    fc.assert(
      fc.property(prices, (values) => {
        const sample = new FigureSample(daily(values), daily(values));
        const own = new Map(figuresOf(sample).map(({ figure, value }) => [figure.name, value]));
        if (own.get("beta") === null) return;
        expect(own.get("beta")).toBeCloseTo(1, 9);
        expect(own.get("rSquared")).toBeCloseTo(1, 9);
        expect(own.get("trackingError")).toBe(0);
        expect(own.get("informationRatio")).toBeNull();
      }),
    );
  });

  test("a constant price has no ratios, and risks of zero", () => {
    const flat = new FigureSample(daily(Array.from({ length: 400 }, () => 5)));
    const found = Object.fromEntries(
      figuresOf(flat).map(({ figure, value, unavailable }) => [figure.name, value ?? unavailable]),
    );
    expect(found).toMatchObject({
      cumulativeReturn: 0,
      annualisedVolatility: 0,
      maxDrawdown: 0,
      valueAtRisk: 0,
      valueAtRiskNormal: 0,
      sharpe: "The returns do not vary.",
      sortino: "No period fell short.",
      omega: "No period fell short.",
      calmar: "The price never fell.",
      skewness: "The returns do not vary.",
      tailRatio: "The 5 % quantile is no loss.",
      valueAtRiskCornishFisher: "The returns do not vary.",
    });
  });
});

const growth = (step: number, count: number, perYear: number) => ({
  times: Float64Array.from({ length: count }, (_, index) => index * step),
  values: Float64Array.from({ length: count }, (_, index) => 1.1 ** (index / perYear)),
});

describe("returns", () => {
  test("are the relative changes between consecutive prices", () => {
    expect(Array.from(simpleReturns(floats(100, 110, 99)))).toEqual([
      expect.closeTo(0.1, 12),
      expect.closeTo(-0.1, 12),
    ]);
    expect(simpleReturns(floats(100))).toHaveLength(0);
  });

  test("of weekdays and of weeks of one growth annualise to it", () => {
    const annualised = PRICE_FIGURES.find(({ name }) => name === "annualisedReturn")!;
    for (const series of [growth(7 * DAY, 60, 52), growth(DAY, 400, 365)]) {
      const { value } = computeFigure(annualised, new FigureSample(series), figureArguments({}));
      expect(value).toBeCloseTo(0.1, 12);
    }
  });
});

describe("arguments", () => {
  test.each([
    ["riskFreeRate", { riskFreeRate: 1 }],
    ["riskFreeRate", { riskFreeRate: Number.NaN }],
    ["targetReturn", { targetReturn: -0.5 }],
    ["level", { level: 0.4 }],
    ["level", { level: 1 }],
    ["window", { window: 1 }],
    ["window", { window: 2.5 }],
    ["window", { window: 1e9 }],
  ])("%s outside its bounds is INVALID_INPUT: %o", (path, given) => {
    expect(() => figureArguments(given)).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        violations: [expect.objectContaining({ path })],
      }),
    );
  });

  test("that are left out or null have their defaults", () => {
    const defaults = { riskFreeRate: 0, targetReturn: null, level: 0.95, window: 250 };
    expect(figureArguments({})).toEqual(defaults);
    expect(figureArguments({ riskFreeRate: null, level: null })).toEqual(defaults);
  });
});

describe("drawdowns", () => {
  test("are listed in order, the last one open", () => {
    expect(listDrawdowns(floats(100, 80, 90, 100, 120, 60, 90))).toEqual([
      { depth: expect.closeTo(0.2, 12), peak: 0, trough: 1, recovery: 3 },
      { depth: 0.5, peak: 4, trough: 5, recovery: null },
    ]);
    expect(listDrawdowns(floats(1, 1, 2, 3))).toEqual([]);
    expect([maximumDrawdown(floats(1, 1, 2, 3)), maximumDrawdown(floats())]).toEqual([null, null]);
  });

  test("hold every fall: no pair of prices is further apart than the deepest", () => {
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

const moment = (bound: number) => fc.double({ min: -bound, max: bound, noNaN: true });

describe("tail risk", () => {
  const returns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 1 });
  const level = fc.double({ min: 0.5, max: 0.99, noNaN: true });
  test.each([0.5, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.995])(
    "the tail of %s ends with the value at the quantile when that is one",
    (level) => {
      for (const periods of [200, 400, 1_000, 3_000]) {
        const losses = Math.round(periods * (1 - level));
        const sorted = Array.from({ length: periods + 1 }, (_, index) => -(0.8 ** index));
        const { valueAtRisk, expectedShortfall } = historicalRisk(sorted, level);
        expect(valueAtRisk).toBe(0.8 ** losses);
        // The sum of a geometric series.
        const mean = (1 - 0.8 ** (losses + 1)) / (1 - 0.8) / (losses + 1);
        expect(expectedShortfall).toBeCloseTo(mean, 12);
      }
    },
  );

  test("the shortfall is never smaller than the value at risk", () => {
    fc.assert(
      fc.property(returns, level, (values, at) => {
        const risk = historicalRisk(
          values.slice().sort((a, b) => a - b),
          at,
        );
        expect(risk.expectedShortfall).toBeGreaterThanOrEqual(risk.valueAtRisk - 1e-12);
      }),
    );
  });

  test("the Cornish-Fisher expansion ascends with the level wherever it is given", () => {
    fc.assert(
      fc.property(moment(4), moment(12), level, (skewness, excessKurtosis, at) => {
        const moments = { mean: 0, deviation: 1, skewness, excessKurtosis };
        const [low, high] = [
          cornishFisherRisk(moments, at),
          cornishFisherRisk(moments, at + 0.009),
        ];
        expect(low === null).toBe(high === null);
        if (low === null || high === null) return;
        expect(high.valueAtRisk).toBeGreaterThanOrEqual(low.valueAtRisk);
        expect(low.expectedShortfall).toBeGreaterThanOrEqual(low.valueAtRisk);
      }),
    );
  });

  test("outside the domain of validity there is a reason instead of a figure", () => {
    const reasons = figuresOf(new FigureSample(sp500()))
      .filter(({ figure }) => figure.name.endsWith("CornishFisher"))
      .map(({ unavailable }) => unavailable);
    expect(reasons).toEqual(
      Array.from({ length: 2 }, () =>
        expect.stringMatching(/^Skewness -0.12 and excess kurtosis 11.02 lie outside the domain/),
      ),
    );
  });

  // R: -2 * (dbinom(x, n, 1 - level, log = TRUE) - dbinom(x, n, x / n, log = TRUE)).
  test("Kupiec's test of 84 exceptions in 4854 periods at 99 %", () => {
    const { likelihoodRatio, pValue } = kupiecTest(84, 4854, 0.99);
    expect(likelihoodRatio).toBeCloseTo(21.478313662255495, 10);
    expect(pValue).toBeCloseTo(3.578528469601745e-6, 15);
    expect(kupiecTest(0, 100, 0.95).likelihoodRatio).toBeCloseTo(-200 * Math.log(0.95), 12);
    expect(kupiecTest(5, 100, 0.95)).toEqual({ likelihoodRatio: 0, pValue: 1 });
  });
});

describe("the table of monthly returns", () => {
  test("of month ends has every month but the first, and the years' totals", () => {
    const ends = Float64Array.from({ length: 15 }, (_, month) => Date.UTC(2023, month + 12, 0));
    const values = Float64Array.from(ends, (_, index) => 100 * 1.01 ** index);
    const [first, second, third] = monthlyReturns({ times: ends, values });
    expect(first).toEqual({ year: 2023, months: [...Array(12).fill(null)], total: null });
    expect(second.months).toEqual(Array(12).fill(expect.closeTo(0.01, 12)));
    expect(second.total).toBeCloseTo(1.01 ** 12 - 1, 12);
    expect(third.months.slice(0, 3)).toEqual([
      expect.closeTo(0.01, 12),
      expect.closeTo(0.01, 12),
      null,
    ]);
    expect(third.total).toBeCloseTo(1.01 ** 2 - 1, 12);
  });

  test("chains to the whole return", () => {
    const { values, times } = sp500();
    const table = monthlyReturns({ times, values });
    const chained = table
      .flatMap(({ months }) => months)
      .reduce((growth, value) => growth! * (1 + (value ?? 0)), 1);
    expect(chained).toBeCloseTo(values[values.length - 1] / values[0], 10);
    // The closes of 29 February and 31 January 2000.
    expect(table[0].months[1]).toBeCloseTo(1366.420044 / 1394.459961 - 1, 12);
  });

  test("leaves a month empty that follows one without prices", () => {
    const times = floats(Date.UTC(2024, 0, 31), Date.UTC(2024, 1, 29), Date.UTC(2024, 3, 30));
    const [year] = monthlyReturns({ times, values: floats(1, 2, 3) });
    expect(year).toMatchObject({ months: [null, 1, null, null, ...Array(8).fill(null)], total: 2 });
    expect(monthlyReturns({ times: floats(), values: floats() })).toEqual([]);
  });
});
