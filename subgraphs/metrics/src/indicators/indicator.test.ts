import { AppError } from "@allfunds/contract/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bars } from "../series/series.ts";
import { INDICATOR_KINDS, INDICATORS } from "./definitions/table.ts";
import { Indicator, resolveParameters, withoutExcess } from "./indicator.ts";
import { AVERAGE_KINDS } from "./kernels/averages.ts";
import { MARKET_NAMES, marketBars, uniformNumbers } from "./markets.fixture.ts";

const mapBars = (
  bars: Bars,
  change: (column: Float64Array, name: string) => Float64Array,
): Bars => ({
  times: change(bars.times, "times"),
  open: change(bars.open, "open"),
  high: change(bars.high, "high"),
  low: change(bars.low, "low"),
  close: change(bars.close, "close"),
  volume: change(bars.volume, "volume"),
  periods: change(bars.periods ?? new Float64Array(), "periods"),
});

const barsBetween = (bars: Bars, start: number, end: number): Bars =>
  mapBars(bars, (column) => column.slice(start, end));

const valuesOf = (outputs: readonly Float64Array[]): number[][] =>
  outputs.map((output) => Array.from(output));

/** The values of bars that arrive in parts. */
function runInParts(indicator: Indicator, bars: Bars, cuts: readonly number[]): number[][] {
  const ends = [...cuts, bars.times.length].sort((one, other) => one - other);
  const outputs: number[][] = INDICATORS[indicator.kind].outputs.map(() => []);
  let start = 0;
  for (const end of ends) {
    const part = indicator.run(barsBetween(bars, start, end));
    for (const [place, output] of part.entries()) outputs[place]?.push(...output);
    start = end;
  }
  return outputs;
}

const kinds = fc.constantFrom(...INDICATOR_KINDS);
const markets = fc.constantFrom(...MARKET_NAMES);
const LENGTH = 150;
const PRICES: ReadonlySet<string> = new Set(["open", "high", "low", "close"]);

const random = uniformNumbers(9);
const changed = (change: (value: number) => number): Bars =>
  mapBars(marketBars("random", LENGTH), (column, name) =>
    name === "times" ? column : column.map(change),
  );
const ODD_MARKETS: Readonly<Record<string, Bars>> = {
  ...Object.fromEntries(MARKET_NAMES.map((name) => [`${name} prices`, marketBars(name, LENGTH)])),
  zeros: changed(() => 0),
  "negative prices": changed((value) => value - 100),
  "numbers without order": changed(() => Math.floor(random() * 5) - 2),
};

describe.each(INDICATOR_KINDS)("%s", (kind) => {
  test("gives bar by bar exactly what it gives over the whole series", () => {
    const bars = marketBars("random", LENGTH);
    const cuts = Array.from({ length: LENGTH }, (_, index) => index);
    const streamed = runInParts(new Indicator(kind), bars, cuts);
    expect(streamed).toEqual(valuesOf(new Indicator(kind).run(bars)));
  });

  test("has its first value after the warm-up that its definition states", () => {
    const outputs = new Indicator(kind).run(marketBars("random", LENGTH));
    const firsts = outputs.map((output) => output.findIndex((value) => !Number.isNaN(value)));
    expect(Math.min(...firsts)).toBe(INDICATORS[kind].warmUp(resolveParameters(kind, {})));
  });

  test.each([2 ** 20, 2 ** -20])("moves with the unit of the price, here times %d", (factor) => {
    const bars = marketBars("random", LENGTH);
    const scaled = mapBars(bars, (column, name) =>
      PRICES.has(name) ? column.map((price) => price * factor) : column,
    );
    const before = new Indicator(kind).run(bars);
    const after = new Indicator(kind).run(scaled);
    for (const [place, { unit }] of INDICATORS[kind].outputs.entries()) {
      // A power of two changes no digit.
      const expected = before[place]?.map((value) => (unit === "PRICE" ? value * factor : value));
      expect(after[place]).toEqual(expected);
    }
  });

  test.each(Object.entries(ODD_MARKETS))("is finite and never a negative zero on %s", (_, bars) => {
    const values = valuesOf(new Indicator(kind).run(bars)).flat();
    expect(values.filter((value) => Object.is(value, -0) || Math.abs(value) === Infinity)).toEqual(
      [],
    );
  });

  test("gives empty outputs for no bars, and leaves the bars as they were", () => {
    expect(valuesOf(new Indicator(kind).run(marketBars("flat", 0))).flat()).toEqual([]);
    const bars = marketBars("random", LENGTH);
    new Indicator(kind).run(bars);
    expect(bars).toEqual(marketBars("random", LENGTH));
  });

  test("has parameters that are within their limits", () => {
    const { parameters } = INDICATORS[kind];
    expect(resolveParameters(kind, parameters)).toMatchObject(parameters);
  });
});

describe("any indicator", () => {
  test("has the same state after any cut of the bars", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: LENGTH }), { maxLength: 6 });
    fc.assert(
      fc.property(kinds, markets, cuts, (kind, market, places) => {
        const bars = marketBars(market, LENGTH);
        const whole = valuesOf(new Indicator(kind).run(bars));
        expect(runInParts(new Indicator(kind), bars, places)).toEqual(whole);
      }),
    );
  });

  test("skips bars that lack a part, as if they were not there", () => {
    const missing = fc.array(fc.integer({ min: 0, max: LENGTH - 1 }), { maxLength: 8 });
    fc.assert(
      fc.property(kinds, missing, fc.nat(), (kind, places, seed) => {
        const bars = marketBars("random", LENGTH);
        const parts = INDICATORS[kind].parts;
        const holed = mapBars(bars, (column) => column.slice());
        const part = parts[seed % parts.length] ?? "close";
        for (const place of places) holed[part][place] = Number.NaN;
        const isKnown = (_: number, index: number) => !places.includes(index);
        const kept = new Indicator(kind).run(mapBars(bars, (column) => column.filter(isKnown)));
        const actual = new Indicator(kind).run(holed);
        for (const [output, values] of actual.entries()) {
          expect(Array.from(values.filter(isKnown))).toEqual(Array.from(kept[output] ?? []));
          for (const place of places) expect(values[place]).toBeNaN();
        }
      }),
    );
  });
});

test("an average of a variable period has no value where the period is missing", () => {
  const bars = marketBars("random", 60);
  const whole = new Indicator("MAVP").run(bars)[0];
  bars.periods?.fill(Number.NaN, 40, 45);
  const [values] = new Indicator("MAVP").run(bars);
  expect(values?.subarray(40, 45).every(Number.isNaN)).toBe(true);
  expect(values?.subarray(45)).toEqual(whole?.subarray(45));
  const { periods: _none, ...without } = bars;
  expect(new Indicator("MAVP").run(without)[0]?.every(Number.isNaN)).toBe(true);
});

test("numbers that are too large to square count as missing", () => {
  const bars = marketBars("random", 5);
  bars.close.set([Number.POSITIVE_INFINITY, -1e200], 1);
  const { close, volume } = withoutExcess(bars, ["close"]);
  expect(Array.from(close.subarray(1, 3))).toEqual([Number.NaN, Number.NaN]);
  expect(volume).toEqual(bars.volume);
  const modest = marketBars("random", 5);
  expect(withoutExcess(modest, ["close"])).toBe(modest);
});

describe("on flat prices", () => {
  const flat = marketBars("flat", 50);
  test.each([
    ["RSI", 0],
    ["CMO", 0],
    ["STOCH", 0],
    ["CCI", 0],
    ["WILLR", 0],
    ["ADX", 0],
    ["MFI", 0],
    ["ULTOSC", 0],
    ["BBANDS", 100],
    ["MACD", 0],
    ["T3", 100],
  ] as const)("%s is %d, as in TA-Lib", (kind, expected) => {
    for (const output of new Indicator(kind).run(flat)) expect(output.at(-1)).toBe(expected);
  });
});

test("the stochastic of an index that does not change is 0, whatever its rounding", () => {
  // Each close twice: the second of both leaves the strength index as it is, but for its last digit.
  const closes = [104, 105, 106, 105, 104, 103, 102, 101, 100].flatMap((close) => [close, close]);
  const warm = Array.from({ length: 40 }, (_, index) => 100 + ((index * 7) % 5));
  const close = Float64Array.from([...warm, ...closes, 100, 100, 100, 100]);
  const bars = { ...marketBars("flat", close.length), close };
  const parameters = { period: 14, fastPeriod: 5, signalPeriod: 3, signalAverage: "KAMA" } as const;
  const [k, d] = new Indicator("STOCHRSI", parameters).run(bars);
  expect(Array.from(k?.subarray(-4) ?? [])).toEqual([0, 0, 0, 0]);
  // Of values that do not change the efficiency is 1, and the smoothing (2/3)²: five ninths stay. TA-Lib takes
  // the rounding of k, 1e-13, for changes without a direction, and keeps (1 - (2/31)²) of it.
  const [before = 0, between = 0, last = 0] = d?.subarray(-3) ?? [];
  expect([between / before, last / between]).toEqual([
    expect.closeTo(5 / 9, 12),
    expect.closeTo(5 / 9, 12),
  ]);
});

describe("after a fall from a hundred million to one", () => {
  const bars = marketBars("random", 400);
  const fallen = mapBars(bars, (column, name) =>
    name === "times" || name === "volume"
      ? column
      : column.map((price, index) => (index < 200 ? price * 1e6 : price / 100)),
  );
  const after = mapBars(fallen, (column) => column.slice(200));

  // What no window reaches over must be as if the fall had not been.
  test.each([
    "SMA",
    "WMA",
    "TRIMA",
    "BBANDS",
    "MFI",
    "ULTOSC",
    "CCI",
    "STOCH",
    "IMI",
    "DONCHIAN",
  ] as const)("%s keeps no rounding error of the prices before", (kind) => {
    const [whole, alone] = [new Indicator(kind).run(fallen), new Indicator(kind).run(after)];
    for (const [place, output] of alone.entries()) {
      for (let index = 60; index < 200; index++) {
        const expected = output[index] ?? 0;
        const value = whole[place]?.[index + 200] ?? 0;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
      }
    }
  });

  test("the width of Bollinger bands equals that of two passes over the window", () => {
    const [upper, , lower] = new Indicator("BBANDS").run(fallen);
    for (let index = 219; index < 400; index++) {
      const window = fallen.close.slice(index - 19, index + 1);
      const mean = window.reduce((sum, value) => sum + value, 0) / 20;
      const variance = window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20;
      const width = (upper?.[index] ?? 0) - (lower?.[index] ?? 0);
      expect(Math.abs(width / (4 * Math.sqrt(variance)) - 1)).toBeLessThanOrEqual(1e-12);
    }
  });

  test.each(AVERAGE_KINDS)("a %s of one value is that value", (kind) => {
    const [values] = new Indicator(kind, { period: 1 }).run(fallen);
    expect(values).toEqual(fallen.close);
  });
});

describe("parameters", () => {
  test("take the definition's defaults where none are given", () => {
    expect(resolveParameters("MACD", { signalPeriod: 5 })).toMatchObject({
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 5,
    });
  });

  test.each([
    ["SMA", { period: 0 }, "must be a whole number from 1 to 1000"],
    ["SMA", { period: 2.5 }, "must be a whole number from 1 to 1000"],
    ["SMA", { period: 1_001 }, "must be a whole number from 1 to 1000"],
    ["SMA", { period: Number.NaN }, "must be a whole number from 1 to 1000"],
    ["BBANDS", { period: 1 }, "must be a whole number from 2 to 1000"],
    ["BBANDS", { deviationsUp: -1 }, "must be a number from 0 to 1000"],
    ["SMA", { signalPeriod: 3 }, "is not a parameter of SMA; it takes: period"],
    ["OBV", { period: 3 }, "is not a parameter of OBV; it takes: none"],
    ["MAVP", { minimumPeriod: 31 }, "minimumPeriod must be at most maximumPeriod"],
    ["MAVP", { maximumPeriod: 103 }, "minimumPeriod must be at most maximumPeriod and 100 less"],
  ] as const)("%s refuses %o", (kind, given, message) => {
    const refusal = (() => {
      try {
        return resolveParameters(kind, given);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({
      code: "INVALID_INPUT",
      message: expect.stringContaining(message),
    });
  });
});
