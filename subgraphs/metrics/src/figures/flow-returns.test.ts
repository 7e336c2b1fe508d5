import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moneyWeightedReturn } from "./money-weighted.ts";
import { timeWeightedReturn } from "./time-weighted.ts";
import type { Valuation } from "./time-weighted.ts";

const DAY = 86_400_000;
const flows = (...rows: [date: string, amount: number][]) =>
  rows.map(([date, amount]) => ({ time: Date.parse(date), amount }));
const valuations = (...rows: [date: string, value: number, flow: number][]) =>
  rows.map(([date, value, flow]) => ({ time: Date.parse(date), value, flow }));
const rateOf = (...rows: [date: string, amount: number][]) => {
  const result = moneyWeightedReturn(flows(...rows));
  return result.kind === "RATE" ? result.rate : result;
};
const savingsPlan = Array.from({ length: 120 }, (_, month): [string, number] => [
  new Date(Date.UTC(2015, month, 1)).toISOString(),
  -100,
]);

// Expected rates: Brent's method of scipy on the sum of discounted flows, years of 365 days.
describe("moneyWeightedReturn finds the rate of", () => {
  test.each<[string, number, [string, number][]]>([
    [
      "irregular flows",
      0.3733625335188316,
      [
        ["2008-01-01", -10000],
        ["2008-03-01", 2750],
        ["2008-10-30", 4250],
        ["2009-02-15", 3250],
        ["2009-04-01", 2750],
      ],
    ],
    [
      "a position sold out and bought again",
      -0.0857932161556027,
      [
        ["2025-01-02", -1000],
        ["2025-03-03", 1200],
        ["2025-06-02", -1000],
        ["2025-12-31", 750],
      ],
    ],
    [
      "a small loss in six days",
      -0.77186220410339,
      [
        ["2025-03-03", -250_000],
        ["2025-03-09", 244_000],
      ],
    ],
    [
      "a debt of which nearly nothing is paid back",
      -0.9567875044469484,
      [
        ["2022-07-01", 25_000],
        ["2025-07-01", -2],
      ],
    ],
    ["a savings plan", 0.09850458001783986, [...savingsPlan, ["2025-01-01", 20_000]]],
  ])("%s", (_name, expected, rows) => {
    expect(rateOf(...rows)).toBeCloseTo(expected, 10);
    const backwards = rows.map((_, index) => rows[rows.length - 1 - index]);
    expect(rateOf(...backwards)).toBeCloseTo(expected, 10);
  });

  test("flows that double overnight, and flows of two centuries", () => {
    const doubled = Number(rateOf(["2025-01-01", -1], ["2025-01-02", 2]));
    expect(doubled / 2 ** 365).toBeCloseTo(1, 10);
    const rate = rateOf(["1900-01-01", -1], ["2999-01-01", 1e6]);
    expect(rate).toBeCloseTo(1e6 ** (365 / 401_402) - 1, 10);
  });
});

describe("moneyWeightedReturn states why there is no rate:", () => {
  test.each<[string, string, [string, number][]]>([
    ["no flows", "ONE_DAY", []],
    ["flows of zero", "ONE_DAY", [["2025-01-01", 0]]],
    [
      "flows of one day",
      "ONE_DAY",
      [
        ["2025-01-01", -100],
        ["2025-01-01", 120],
      ],
    ],
    [
      "money that only goes in",
      "NO_SIGN_CHANGE",
      [
        ["2025-01-01", -100],
        ["2025-02-01", -100],
      ],
    ],
    [
      "flows that no rate brings to zero",
      "NO_ROOT",
      [
        ["2025-01-01", -100],
        ["2026-01-01", 150],
        ["2027-01-01", -100],
      ],
    ],
  ])("%s", (_name, reason, rows) => {
    expect(moneyWeightedReturn(flows(...rows))).toEqual({ kind: "NONE", reason });
  });
});

describe("moneyWeightedReturn finds several rates", () => {
  test("of 10 % and 20 %", () => {
    const result = moneyWeightedReturn(
      flows(["2025-01-01", -100], ["2026-01-01", 230], ["2027-01-01", -132]),
    );
    expect(result).toEqual({
      kind: "SEVERAL",
      rates: [expect.closeTo(0.1, 10), expect.closeTo(0.2, 10)],
    });
  });

  test("from one rate at which two coincide", () => {
    const result = moneyWeightedReturn(
      flows(["2025-01-01", -100], ["2026-01-01", 220], ["2027-01-01", -121]),
    );
    expect(result).toEqual({ kind: "RATE", rate: expect.closeTo(0.1, 6) });
  });

  test("any three rates that flows are made of are found", () => {
    const rate = fc.integer({ min: -60, max: 150 }).map((percent) => percent / 100);
    fc.assert(
      fc.property(fc.uniqueArray(rate, { minLength: 3, maxLength: 3 }), (rates) => {
        // (x - a)(x - b)(x - c) over x = 1 + rate: the flows of four years.
        const [a, b, c] = rates.map((each) => 1 + each);
        const weights = [1, -(a + b + c), a * b + a * c + b * c, -a * b * c];
        const result = moneyWeightedReturn(
          weights.map((amount, year) => ({ time: year * 365 * DAY, amount })),
        );
        const sorted = rates.slice().sort((left, right) => left - right);
        expect(result).toEqual({
          kind: "SEVERAL",
          rates: sorted.map((each) => expect.closeTo(each, 6)),
        });
      }),
    );
  });

  test("the rate of invested money brings the flows to zero, whatever their number", () => {
    const paid = fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(paid, fc.double({ min: 0.3, max: 50, noNaN: true }), (amounts, gain) => {
        const end = amounts.reduce((sum, amount) => sum + amount, 0) * gain;
        const all = amounts.map((amount, month) => ({ time: month * 30 * DAY, amount: -amount }));
        all.push({ time: amounts.length * 30 * DAY, amount: end });
        const result = moneyWeightedReturn(all);
        expect(result.kind).toBe("RATE");
        const rate = result.kind === "RATE" ? result.rate : Number.NaN;
        const values = all.map(({ time, amount }) => amount * (1 + rate) ** (-time / DAY / 365));
        const size = values.reduce((sum, value) => sum + Math.abs(value), 0);
        expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / size)).toBeLessThan(1e-9);
      }),
    );
  });

  test("hundreds of flows in and out are answered", () => {
    const all = Array.from({ length: 500 }, (_, week) => ({
      time: week * 7 * DAY,
      amount: week % 2 === 0 ? -1000 : 900,
    }));
    all.push({ time: 500 * 7 * DAY, amount: 30_000 });
    expect(moneyWeightedReturn(all)).toMatchObject({ kind: "RATE", rate: expect.closeTo(0.04, 1) });
  });
});

const investing = (factors: readonly number[], paidIn: readonly number[]): Valuation[] => {
  let invested = 0;
  return [1, ...factors].map((factor, month) => {
    const value = invested * factor;
    const flow = month === 0 ? 1000 : (paidIn[month] ?? 0);
    invested = value + flow;
    return { time: month * 30 * DAY, value, flow };
  });
};

describe("timeWeightedReturn", () => {
  test("chains the returns between flows", () => {
    const result = timeWeightedReturn(
      valuations(
        ["2025-01-01", 0, 1000],
        ["2025-02-01", 1100, 900],
        ["2025-03-01", 1800, -800],
        ["2025-04-01", 1200, 0],
      ),
    );
    expect(result).toMatchObject({
      kind: "RETURN",
      value: expect.closeTo(1.1 * 0.9 * 1.2 - 1, 12),
    });
  });

  test("keeps the return of a position that is sold out and bought again", () => {
    const result = timeWeightedReturn(
      valuations(
        ["2025-01-02", 0, 1000],
        ["2025-03-03", 1200, -1200],
        ["2025-06-02", 0, 1000],
        ["2025-12-31", 750, 0],
      ),
    );
    expect(result).toMatchObject({ kind: "RETURN", value: expect.closeTo(-0.1, 12) });
  });

  test("gives a total loss, and stays there", () => {
    const result = timeWeightedReturn(
      valuations(["2025-01-01", 0, 100], ["2025-02-01", 0, 50], ["2025-03-01", 80, 0]),
    );
    expect(result).toMatchObject({ kind: "RETURN", value: -1 });
  });

  test("takes several flows of one day at one value", () => {
    const together = valuations(
      ["2025-01-01", 0, 100],
      ["2025-02-01", 110, 90],
      ["2025-03-01", 220, 0],
    );
    const apart = valuations(
      ["2025-01-01", 0, 100],
      ["2025-02-01", 110, 40],
      ["2025-02-01", 150, 50],
      ["2025-03-01", 220, 0],
    );
    expect(timeWeightedReturn(apart)).toEqual(timeWeightedReturn(together));
  });

  test.each<[string, string, [string, number, number][]]>([
    ["nothing", "NOT_INVESTED", []],
    ["only zeros", "NOT_INVESTED", [["2025-01-01", 0, 0]]],
    ["value without a flow", "UNFUNDED_VALUE", [["2025-01-01", 100, 0]]],
    [
      "value below zero",
      "NEGATIVE_VALUE",
      [
        ["2025-01-01", 0, 100],
        ["2025-02-01", -1, 0],
      ],
    ],
    [
      "more taken out than there is",
      "NEGATIVE_VALUE",
      [
        ["2025-01-01", 0, 100],
        ["2025-02-01", 100, -101],
      ],
    ],
    [
      "disorder",
      "DISORDER",
      [
        ["2025-02-01", 0, 100],
        ["2025-01-01", 100, 0],
      ],
    ],
    ["a value that is no number", "DISORDER", [["2025-01-01", Number.NaN, 100]]],
  ])("states why there is none: %s", (_name, reason, rows) => {
    expect(timeWeightedReturn(valuations(...rows))).toMatchObject({ kind: "NONE", reason });
  });

  const growth = fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  });
  test("does not move with the flows, and lies between -100 % and the product of the gains", () => {
    const paidIn = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(growth, paidIn, (factors, amounts) => {
        const [plain, moved] = [
          timeWeightedReturn(investing(factors, [])),
          timeWeightedReturn(investing(factors, amounts)),
        ];
        if (plain.kind === "NONE" || moved.kind === "NONE") throw new Error("has a return");
        expect(moved.value).toBeCloseTo(plain.value, 9 - Math.ceil(Math.log10(2 + plain.value)));
        expect(moved.value).toBeGreaterThanOrEqual(-1);
      }),
    );
  });

  test("does not move with the unit of money", () => {
    fc.assert(
      fc.property(growth, fc.integer({ min: -6, max: 6 }), (factors, power) => {
        const unit = 2 ** power;
        const plain = investing(factors, [0, 100, 50]);
        const scaled = plain.map(({ time, value, flow }) => ({
          time,
          value: value * unit,
          flow: flow * unit,
        }));
        expect(timeWeightedReturn(scaled)).toEqual(timeWeightedReturn(plain));
      }),
    );
  });
});
