import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BookRates } from "../books/book-rates.ts";
import { figureArguments } from "../figures/definitions.ts";
import { performanceOf } from "./performance.ts";
import { valuationsOf } from "./valuations.ts";
import type { DayMovements, Movements } from "./valuations.ts";

/** Capital (positive is paid in), result and correction of a day, in whole units. */
type Day = readonly [day: string, of: { capital?: number; result?: number; correction?: number }];

const cents = (units: number): bigint => BigInt(Math.round(units * 100));

const movementsOf = ([day, { capital = 0, result = 0, correction = 0 }]: Day): DayMovements => ({
  day,
  currency: "EUR",
  netAssets: cents(capital) + cents(result) + cents(correction),
  contributions: cents(Math.max(0, capital)),
  withdrawals: cents(Math.max(0, -capital)),
  corrections: cents(correction),
});

const fund = (to: string, days: readonly Day[], changes: Partial<Movements> = {}) => ({
  currency: "EUR",
  range: { from: days[0]?.[0] ?? to, to },
  opening: new Map<string, bigint>(),
  days: days.map(movementsOf),
  rates: new BookRates([]),
  ...changes,
});

function figuresOf(movements: Movements) {
  const { metrics, index } = performanceOf({
    subject: "FUND",
    valuations: valuationsOf(movements),
    benchmark: null,
    given: figureArguments({}),
    asOf: movements.range?.to ?? "2026-01-01",
  });
  const figure = (name: string) => {
    const metric = metrics.find((each) => each.name === name);
    return metric?.value ?? metric?.unavailable;
  };
  return { figure, index, metrics };
}

describe("a fund's performance", () => {
  // Returns by hand; yearly rates by bisection of their definition in Python.
  test.each<[string, Movements, number, number]>([
    [
      "results between flows are chained",
      fund("2025-04-01", [
        ["2025-01-01", { capital: 1000 }],
        ["2025-01-31", { result: 100 }],
        ["2025-03-02", { capital: 1100 }],
        ["2025-04-01", { result: -220 }],
      ]),
      1.1 * 0.9 - 1,
      -0.3089,
    ],
    [
      "a position sold out and bought again keeps its return",
      fund("2025-12-31", [
        ["2025-01-02", { capital: 1000 }],
        ["2025-03-03", { result: 200, capital: -1200 }],
        ["2025-06-02", { capital: 1000 }],
        ["2025-12-31", { result: -250 }],
      ]),
      -0.1,
      -0.0857932,
    ],
    [
      "a result of the first day counts",
      fund("2026-01-01", [
        ["2025-01-01", { capital: 1000, result: -2 }],
        ["2025-06-01", { correction: 500 }],
      ]),
      -0.002,
      -0.00158,
    ],
    [
      "what was there before the range is its start",
      fund("2025-12-31", [["2025-12-31", { result: 50 }]], {
        opening: new Map([["EUR", 100_000n]]),
        range: { from: "2025-01-01", to: "2025-12-31" },
      }),
      0.05,
      0.05,
    ],
  ])("%s", (_name, movements, timeWeighted, moneyWeighted) => {
    const { figure } = figuresOf(movements);
    expect(figure("timeWeightedReturn")).toBeCloseTo(timeWeighted, 12);
    expect(figure("cumulativeReturn")).toBeCloseTo(timeWeighted, 12);
    expect(figure("moneyWeightedReturn")).toBeCloseTo(moneyWeighted, 4);
  });

  test.each<[string, Movements, RegExp]>([
    ["an empty book", fund("2026-01-01", [], { range: null }), /no capital/],
    [
      "a fund of debt",
      fund("2026-01-01", [["2025-12-31", { result: -5 }]]),
      /less than nothing on 2025-12-31/,
    ],
    [
      "income without capital",
      fund("2026-01-01", [["2025-12-30", { result: 5 }]]),
      /without capital on 2025-12-3/,
    ],
    [
      "dollars without a rate",
      fund("2026-01-01", [["2025-12-31", { capital: 5 }]], { opening: new Map([["USD", 7n]]) }),
      /no exchange rate to EUR on or before 2025-12-31 for 0\.07 USD/,
    ],
  ])("of %s is withheld with the reason", (_name, movements, reason) => {
    const { metrics } = figuresOf(movements);
    for (const { value, unavailable } of metrics) {
      expect(value).toBeNull();
      expect(unavailable).toEqual(expect.any(String));
    }
    expect(metrics[0]?.unavailable).toMatch(reason);
  });

  test("counts dollars at the rate of each day", () => {
    const rate = { base: "EUR", quote: "USD", position: 1 };
    const movements = fund("2025-12-31", [["2025-12-29", { capital: 100 }]], {
      opening: new Map([["USD", 10_000n]]),
      rates: new BookRates([
        { ...rate, rate: "1.00", day: "2025-12-29" },
        { ...rate, rate: "0.80", day: "2025-12-31" },
      ]),
    });
    expect(figuresOf(movements).figure("timeWeightedReturn")).toBeCloseTo(225 / 200 - 1, 12);
  });

  test("does not move with the capital that comes and goes", () => {
    const step = fc.record({
      growth: fc.double({ min: -0.2, max: 0.25, noNaN: true }),
      flow: fc.double({ min: -0.5, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const run = (withFlows: boolean) => {
          const [values, inflows, outflows]: [number[], number[], number[]] = [[1e6], [1e6], [0]];
          for (const { growth, flow } of steps) {
            const before = values.at(-1) ?? 0;
            const into = withFlows ? Math.max(0, flow) * before : 0;
            const grown = (before + into) * (1 + growth);
            const out = withFlows ? Math.max(0, -flow) * grown : 0;
            values.push(grown - out);
            inflows.push(into);
            outflows.push(out);
          }
          const valuations = {
            times: Float64Array.from(values, (_, day) => day * 86_400_000),
            values: Float64Array.from(values),
            inflows: Float64Array.from(inflows),
            outflows: Float64Array.from(outflows),
            opening: 0,
            rateInputs: {},
          };
          const given = figureArguments({});
          return performanceOf({
            subject: "FUND",
            valuations,
            benchmark: null,
            given,
            asOf: "2026-01-01",
          });
        };
        const [still, moving] = [run(false), run(true)];
        expect(moving.metrics[0]?.value).toBeCloseTo(still.metrics[0]?.value ?? Number.NaN, 9);
        for (const { value } of moving.metrics) expect(Object.is(value, -0)).toBe(false);
      }),
    );
  });

  test("of a calendar year that began with an opening has the figures of a year", () => {
    const year = { from: "2025-01-01", to: "2025-12-31" };
    const opening = new Map([["EUR", 100_000n]]);
    for (const [first, second] of [
      [0, 50],
      [20, 30],
    ] as const) {
      const days: Day[] = [
        ["2025-01-01", { result: first }],
        ["2025-07-01", { result: second }],
      ];
      const { figure, index } = figuresOf(fund(year.to, days, { opening, range: year }));
      expect(index.times.length).toBe(366);
      expect(figure("moneyWeightedReturn")).toBeCloseTo(0.05, 12);
      expect(figure("annualisedReturn")).toBeCloseTo(0.05, 12);
      expect(figure("compoundAnnualGrowthRate")).toBeCloseTo(1.05 ** (365.25 / 365) - 1, 12);
    }
  });

  test("is bounded for an entry of 1900", () => {
    const movements = fund("2026-01-01", [["1900-01-01", { capital: 5 }]]);
    expect(figuresOf(movements).index.times.length).toBeLessThanOrEqual(3_661);
  });
});
