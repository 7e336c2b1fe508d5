import { expect, test } from "vitest";
import { FigureSample } from "../figures/figure-sample.ts";
import { wholePeriods } from "./whole-periods.ts";

const DAY = 86_400_000;
const isoOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const weekdays = Array.from({ length: 730 }, (_, day) => Date.UTC(2022, 0, 3) + day * DAY).filter(
  (time) => new Date(time).getUTCDay() % 6 !== 0,
);
const closeOf = (time: number) => 100 + 10 * Math.sin(time / DAY / 7) + ((time / DAY) % 11);

/** The last day of the month, or the Sunday, of a day. */
const lastDay = (day: string, unit: "WEEK" | "MONTH") => {
  const time = Date.parse(day);
  const date = new Date(time);
  if (unit === "WEEK") return isoOf(time + ((7 - date.getUTCDay()) % 7) * DAY);
  return isoOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
};

interface Row {
  readonly name: string;
  readonly unit: "WEEK" | "MONTH";
  readonly hole?: readonly [string, string];
  readonly to?: string;
  readonly today?: string;
  /** Periods without a close. */
  readonly without: readonly string[];
  /** Periods whose return would span more. */
  readonly omitted: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    name: "months, with a hole over the end of one",
    unit: "MONTH",
    hole: ["2023-01-20", "2023-02-09"],
    without: ["2023-01-31"],
    omitted: ["2023-02-28"],
  },
  {
    name: "months, with a hole within one",
    unit: "MONTH",
    hole: ["2023-03-03", "2023-03-24"],
    without: [],
    omitted: [],
  },
  {
    name: "months, with two of them without prices",
    unit: "MONTH",
    hole: ["2022-06-13", "2022-08-10"],
    without: ["2022-06-30", "2022-07-31"],
    omitted: ["2022-08-31"],
  },
  {
    name: "weeks, with a hole that leaves out two",
    unit: "WEEK",
    hole: ["2023-01-11", "2023-01-26"],
    without: ["2023-01-15", "2023-01-22"],
    omitted: ["2023-01-29"],
  },
  {
    name: "weeks, with a holiday of one",
    unit: "WEEK",
    hole: ["2023-01-16", "2023-01-20"],
    without: ["2023-01-22"],
    omitted: [],
  },
  {
    name: "months of a range that ends within one",
    unit: "MONTH",
    to: "2023-06-14",
    without: ["2023-06-30"],
    omitted: [],
  },
  {
    name: "months of a range that ends on the last day but a holiday",
    unit: "MONTH",
    to: "2023-06-29",
    without: [],
    omitted: [],
  },
  {
    name: "months, the last of which ends tomorrow",
    unit: "MONTH",
    to: "2023-06-29",
    today: "2023-06-29",
    without: ["2023-06-30"],
    omitted: [],
  },
  {
    name: "months, the last of which ends with a weekend",
    unit: "MONTH",
    to: "2023-04-28",
    today: "2023-04-28",
    without: [],
    omitted: [],
  },
  {
    name: "weeks, the last of which is not over",
    unit: "WEEK",
    to: "2023-06-15",
    today: "2023-06-15",
    without: ["2023-06-18"],
    omitted: [],
  },
  {
    name: "weeks, the last of which is over",
    unit: "WEEK",
    to: "2023-06-16",
    today: "2023-06-16",
    without: [],
    omitted: [],
  },
];

test.each(ROWS)("$name", ({ unit, hole, to = "2023-12-29", today, without, omitted }) => {
  const days = weekdays.filter((time) => {
    const day = isoOf(time);
    return day <= to && !(hole !== undefined && day >= hole[0] && day <= hole[1]);
  });
  const asked = { until: Date.parse(to), today: Date.parse(today ?? "2024-06-03") };
  const prices = { times: Float64Array.from(days), values: Float64Array.from(days, closeOf) };
  const series = wholePeriods(prices, unit, asked);

  // The second way: the last price of each period, in a table by its last day.
  const closes = new Map(days.map((time) => [lastDay(isoOf(time), unit), closeOf(time)]));
  for (const end of without) closes.delete(end);
  expect(Array.from(series.times, isoOf)).toEqual([...closes.keys()]);
  expect(Array.from(series.values)).toEqual([...closes.values()]);
  const returns = [...closes]
    .map(([end, close], index, all) => ({ end, value: close / (all[index - 1]?.[1] ?? NaN) - 1 }))
    .slice(1)
    .filter(({ end }) => !omitted.includes(end));
  const sample = new FigureSample(series, series);
  const expected = returns.map(({ value }) => expect.closeTo(value, 12));
  expect(Array.from(sample.returns)).toEqual(expected);
  expect(sample.frequency.gaps.map((gap) => isoOf(gap.to))).toEqual(omitted);
  if (typeof sample.paired === "string") throw new Error(sample.paired);
  expect(sample.paired.pairs.benchmark).toEqual(expected);
});
