import { expect, test } from "vitest";
import { firstDayOf, fitsInstrument, RANGES, readMarketQuery, requestsOf } from "./market-query.ts";

const read = (search: string) => readMarketQuery(new URLSearchParams(search));

test("reads what is shown from the address", () => {
  const query = read("range=3y&indicator=RSI&indicator=SMA&indicator=NONE&horizon=MONTH&after=x");
  expect(query).toEqual({
    range: { name: "3y", months: 36, interval: "WEEK" },
    indicators: ["SMA", "RSI"],
    horizon: "MONTH",
    after: "x",
  });
  expect(requestsOf(query)).toEqual([
    { kind: "SMA", parameters: { period: 20 } },
    { kind: "RSI", parameters: { period: 14 } },
  ]);
  expect(read("range=9y&horizon=YEAR")).toEqual(read(""));
});

test.each([
  ["3m", "2026-05-31", "2026-02-28"],
  ["1y", "2024-02-29", "2023-02-28"],
  ["6m", "2026-03-15", "2025-09-15"],
  ["all", "2026-03-15", null],
  ["3m", null, null],
])("begins %s before %s on %s", (name, last, first) => {
  const range = RANGES.find((each) => each.name === name) ?? RANGES[0];
  expect(firstDayOf(range, last)).toBe(first);
});

test("finds an instrument by parts of its symbol and name", () => {
  const world = { symbol: "WORLD", name: "World shares" };
  expect(fitsInstrument(world, "shar wor")).toBe(true);
  expect(fitsInstrument(world, "bonds")).toBe(false);
});
