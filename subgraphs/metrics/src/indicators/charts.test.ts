import { describe, expect, test } from "vitest";
import type { Bars } from "../series/series.ts";
import { Indicator } from "./indicator.ts";
import { MARKET_NAMES, marketBars } from "./markets.fixture.ts";

const LENGTH = 200;
const HOURS_3_MS = 10_800_000;

/** Middle of the highest high and the lowest low of the bars that end at an index. */
function middleAt({ high, low }: Bars, at: number, period: number): number {
  if (at < period - 1) return Number.NaN;
  const window = [at - period + 1, at + 1] as const;
  return (Math.max(...high.slice(...window)) + Math.min(...low.slice(...window))) / 2;
}

/** Eight bars a day. */
const intraday = (): Bars => {
  const bars = marketBars("random", LENGTH);
  return { ...bars, times: bars.times.map((_, index) => index * HOURS_3_MS) };
};

describe("Ichimoku", () => {
  test.each(MARKET_NAMES)("equals its definition at every bar of a %s market", (market) => {
    const bars = marketBars(market, LENGTH);
    const outputs = new Indicator("ICHIMOKU").run(bars);
    for (let at = 0; at < LENGTH; at++) {
      const before = at - 26;
      const expected = [
        middleAt(bars, at, 9),
        middleAt(bars, at, 26),
        (middleAt(bars, before, 9) + middleAt(bars, before, 26)) / 2,
        middleAt(bars, before, 52),
        bars.close[at],
      ];
      expect(outputs.map((output) => output[at])).toEqual(expected);
    }
  });

  // Computed by pandas: rolling(n).max(), rolling(n).min() and shift(26).
  test.each([
    [100, [94.77475000000001, 93.34325, 93.152575, 91.92134999999999, 95.8616]],
    [199, [83.0098, 83.49785, 84.147975, 83.1953, 84.0012]],
  ])("at bar %d equals pandas", (at, expected) => {
    const outputs = new Indicator("ICHIMOKU").run(marketBars("random", LENGTH));
    for (const [place, value] of expected.entries()) {
      expect(outputs[place]?.[at]).toBeCloseTo(value, 12);
    }
  });
});

// Computed by pandas: ewm(adjust=False) after the mean of the first values, rolling().max() and cumsum().
describe("at the last bar, as in pandas,", () => {
  test.each([
    ["KELTNER", [86.26969313029224, 83.08651884186007, 79.9033445534279]],
    ["DONCHIAN", [86.453, 83.2041, 79.9552]],
    ["VWAP", [89.35289858019974]],
  ] as const)("%s is %o", (kind, expected) => {
    const outputs = new Indicator(kind).run(marketBars("random", LENGTH));
    for (const [place, value] of expected.entries()) {
      expect(outputs[place]?.at(-1)).toBeCloseTo(value, 12);
    }
  });
});

describe("a volume-weighted price", () => {
  test("starts anew with each UTC day when it is anchored there", () => {
    const bars = intraday();
    const [values] = new Indicator("VWAP", { anchor: "DAY" }).run(bars);
    for (let at = 0; at < LENGTH; at++) {
      let [paid, traded] = [0, 0];
      for (let index = at - (at % 8); index <= at; index++) {
        const [high, low, close] = [
          bars.high[index] ?? 0,
          bars.low[index] ?? 0,
          bars.close[index] ?? 0,
        ];
        paid += ((high + low + close) / 3) * (bars.volume[index] ?? 0);
        traded += bars.volume[index] ?? 0;
      }
      expect(values?.[at]).toBe(paid / traded);
    }
    // Computed by pandas: groupby(day).cumsum().
    expect(values?.[7]).toBeCloseTo(97.42450849127667, 12);
    expect(values?.[199]).toBeCloseTo(82.9833682618092, 12);
  });

  test("does not exist before anything was traded", () => {
    const bars = marketBars("random", 3);
    bars.volume[0] = 0;
    const [values] = new Indicator("VWAP").run(bars);
    expect(values?.[0]).toBeNaN();
    const [high, low, close] = [bars.high[1] ?? 0, bars.low[1] ?? 0, bars.close[1] ?? 0];
    expect(values?.[1]).toBeCloseTo((high + low + close) / 3, 12);
  });
});
