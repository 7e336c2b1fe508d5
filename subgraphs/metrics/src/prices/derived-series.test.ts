import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bars } from "../series/series.ts";
import { adjustBars, adjustmentFactors } from "./corporate-actions.ts";
import { conversionSteps, convertBars } from "./currency-conversion.ts";
import { toLongerBars } from "./longer-bars.ts";

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const series = (points: Readonly<Record<string, number>>) => ({
  times: Float64Array.from(Object.keys(points), day),
  values: Float64Array.from(Object.values(points)),
});
const barsOf = (points: Readonly<Record<string, number>>): Bars => {
  const { times, values } = series(points);
  const volume = values.map(() => 100);
  return { times, open: values, high: values, low: values, close: values, volume };
};

describe("corporate actions", () => {
  // Closes and adjusted closes as a data vendor shows them: 1 - 0.5 / 50 = 0.99, then a split of 2 for 1.
  test("adjust earlier prices by splits and dividends, and leave later ones", () => {
    const raw = { "2024-01-02": 50, "2024-01-03": 49.5, "2024-01-04": 24.75, "2024-01-05": 25 };
    const actions = [
      { id: "a", exDate: "2024-01-03", kind: "DIVIDEND", value: "0.5" },
      { id: "b", exDate: "2024-01-04", kind: "SPLIT", value: "2" },
    ] as const;
    const adjusted = adjustBars(barsOf(raw), adjustmentFactors(actions, series(raw)));
    expect([...adjusted.close]).toEqual(
      [50 * 0.99 * 0.5, 24.75, 24.75, 25].map((value) => expect.closeTo(value, 12)),
    );
    expect([...adjusted.volume]).toEqual([200, 200, 100, 100]);
  });

  // The value of one unit held through the days, its dividends spent on more units at the close before their day:
  // that is what adjusted prices return.
  test.each([
    ["a split on a day without a price", { "2024-01-05": 51, "2024-01-08": 50 }, ["2024-01-04"]],
    ["two of them", { "2024-01-05": 25.5, "2024-01-08": 25 }, ["2024-01-03", "2024-01-04"]],
    ["a split of a day with a price", { "2024-01-03": 50, "2024-01-05": 49 }, ["2024-01-03"]],
    ["a split after it", { "2024-01-05": 99, "2024-01-08": 50 }, ["2024-01-08"]],
    ["a split before every price", { "2024-01-05": 99 }, ["2023-01-03"]],
  ])("of a dividend are by a unit of its day, beside %s", (_name, later, splits) => {
    const raw = { "2024-01-02": 100, ...later };
    const dividend = { id: "d", exDate: "2024-01-05", kind: "DIVIDEND", value: "2" } as const;
    const actions = [
      ...splits.map((exDate) => ({ id: exDate, exDate, kind: "SPLIT", value: "2" }) as const),
      dividend,
    ];
    const adjusted = adjustBars(barsOf(raw), adjustmentFactors(actions, series(raw))).close;
    const days = Object.entries(raw);
    let [units, before] = [1, 0];
    const worth = days.map(([date, price]) => {
      const earlier = days[days.findIndex(([each]) => each === date) - 1];
      for (const { exDate, kind } of actions) {
        if (earlier === undefined || exDate > date || exDate <= earlier[0]) continue;
        if (kind === "SPLIT") [units, before] = [units * 2, before / 2];
        else units *= before / (before - 2);
      }
      before = price;
      return units * price;
    });
    for (const [index, value] of worth.entries()) {
      expect(adjusted[index] / adjusted[0]).toBeCloseTo(value / worth[0], 12);
    }
  });

  test("of splits alone keep the return of every day but theirs", () => {
    const closes = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(closes, fc.integer({ min: 2, max: 9 }), fc.nat(), (values, ratio, at) => {
        const times = Float64Array.from(
          values,
          (_, index) => day("2024-01-01") + index * 86_400_000,
        );
        const close = Float64Array.from(values);
        const split = 1 + (at % (values.length - 1));
        const exDate = new Date(times[split] ?? 0).toISOString().slice(0, 10);
        const actions = [{ id: "a", exDate, kind: "SPLIT", value: String(ratio) }] as const;
        const bars = { times, open: close, high: close, low: close, close, volume: close };
        const none = { times: new Float64Array(0), values: new Float64Array(0) };
        const adjusted = adjustBars(bars, adjustmentFactors(actions, none)).close;
        for (let index = 1; index < values.length; index += 1) {
          const before = (close[index] ?? 0) / (close[index - 1] ?? 1);
          const after = (adjusted[index] ?? 0) / (adjusted[index - 1] ?? 1);
          expect(after).toBeCloseTo(index === split ? before * ratio : before, 9);
        }
      }),
    );
  });

  test("a dividend that is not below the close before it is refused", () => {
    const actions = [{ id: "a", exDate: "2024-01-03", kind: "DIVIDEND", value: "50" }] as const;
    expect(() => adjustmentFactors(actions, series({ "2024-01-02": 50 }))).toThrow("not below");
    expect(adjustmentFactors(actions, series({ "2024-01-03": 50 }))).toEqual([]);
  });
});

const pair = (base: string, quote: string) => ({
  instrumentId: base + quote,
  symbol: base + quote,
  base,
  quote,
});

describe("a conversion", () => {
  const pairs = [pair("EUR", "USD"), pair("GBP", "USD"), pair("EUR", "CHF"), pair("GBP", "CHF")];

  test.each([
    ["EUR", "EUR", []],
    ["EUR", "USD", ["EURUSD"]],
    ["USD", "EUR", ["1/EURUSD"]],
    ["USD", "CHF", ["1/EURUSD", "EURCHF"]],
    ["GBP", "EUR", ["GBPUSD", "1/EURUSD"]],
  ])("from %s to %s goes over %j", (from, to, expected) => {
    const steps = conversionSteps(pairs, from, to);
    const names = steps?.map((step) => `${step.isInverse ? "1/" : ""}${step.pair.symbol}`);
    expect(names).toEqual(expected);
  });

  test("without a way of two steps has none", () => {
    expect(conversionSteps(pairs, "EUR", "JPY")).toBeNull();
  });

  test("takes the newest rate up to the instant, and leaves out what has none of a week", () => {
    const prices = barsOf({
      "2024-01-01": 10,
      "2024-01-05": 10,
      "2024-01-08": 10,
      "2024-01-20": 10,
    });
    const rates = series({ "2024-01-05": 2, "2024-01-09": 4 });
    const { bars, withoutRate, lastRate } = convertBars(prices, rates, { isInverse: false });
    expect([[...bars.times], [...bars.close], withoutRate, lastRate]).toEqual([
      [day("2024-01-05"), day("2024-01-08")],
      [20, 20],
      2,
      day("2024-01-05"),
    ]);
    expect([...bars.volume]).toEqual([100, 100]);
    expect([...convertBars(prices, rates, { isInverse: true }).bars.low]).toEqual([5, 5]);
  });
});

test("weeks begin on Monday, and months on their first day", () => {
  const bars = barsOf({ "1969-12-31": 5, "1970-01-04": 1, "1970-01-05": 2, "1970-02-01": 3 });
  const starts = (interval: "WEEK" | "MONTH") =>
    Array.from(toLongerBars(bars, interval).times, (time) =>
      new Date(time).toISOString().slice(0, 10),
    );
  expect(starts("WEEK")).toEqual(["1969-12-29", "1970-01-05", "1970-01-26"]);
  expect(starts("MONTH")).toEqual(["1969-12-01", "1970-01-01", "1970-02-01"]);
  const [first] = [toLongerBars(bars, "WEEK")];
  expect([first?.high[0], first?.low[0], first?.close[0], first?.volume[0]]).toEqual([
    5, 1, 1, 200,
  ]);
  // Weekdays of half a year, of which three weeks over the end of March are missing.
  const weekdays = Array.from({ length: 180 }, (_, at) => day("2024-01-01") + at * 86_400_000)
    .filter((time) => new Date(time).getUTCDay() % 6 !== 0)
    .map((time) => new Date(time).toISOString().slice(0, 10))
    .filter((date) => date < "2024-03-20" || date > "2024-04-09");
  const holed = barsOf(Object.fromEntries(weekdays.map((date) => [date, 1])));
  const gaps = (["WEEK", "MONTH"] as const).map((unit) => toLongerBars(holed, unit).gaps);
  expect(gaps).toEqual([
    [{ from: day("2024-03-18"), to: day("2024-04-08"), missing: 2 }],
    [{ from: day("2024-03-01"), to: day("2024-04-01"), missing: 0 }],
  ]);
});
