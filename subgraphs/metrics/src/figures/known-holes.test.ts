import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { computeFigure, figureArguments, PRICE_FIGURES } from "./definitions.ts";
import { FigureSample } from "./figure-sample.ts";
import { monthlyReturns } from "./monthly-returns.ts";
import { rollingSeries } from "./rolling-series.ts";

const DAY = 86_400_000;

/** Closes of weekdays; each part begins on a day of its own. */
const text = readFileSync(new URL("daily-with-hole.fixture.txt", import.meta.url), "utf8");
const CLOSES = text.trim().split(/\s+/).map(Number);

function weekdaysFrom(first: string, count: number): number[] {
  const days: number[] = [];
  for (let time = Date.parse(first); days.length < count; time += DAY) {
    if (![0, 6].includes(new Date(time).getUTCDay())) days.push(time);
  }
  return days;
}

const PARTS = [weekdaysFrom("2005-01-03", 2500), weekdaysFrom("2017-01-03", 1500)];

function figuresOf(times: readonly number[], closes: readonly number[]) {
  const sample = new FigureSample({
    times: Float64Array.from(times),
    values: Float64Array.from(closes),
  });
  return Object.fromEntries(
    PRICE_FIGURES.map((figure) => [
      figure.name,
      computeFigure(figure, sample, figureArguments({})),
    ]),
  );
}

describe("daily closes of 2005 to 2014 and of 2017 to 2022, five times as high after 2.4 years without any", () => {
  // Computed from the returns but the one that spans the hole; with it the volatility would be 1.012.
  test.each([
    ["annualisedVolatility", 0.15773826255275072],
    ["sharpe", 0.1968626302390294],
  ])("have a %s of %d, without the return over the hole", (name, right) => {
    const { value, inputs } = figuresOf(PARTS.flat(), CLOSES)[name];
    expect(value).toBeCloseTo(right, 12);
    expect(inputs).toMatchObject({ gaps: 1, omittedOver: "2014-08-01 to 2017-01-03" });
  });

  test.each([
    ["two holes", [2500, 400, 1100]],
    ["a hole that is longer than what is known", [160, 3840]],
  ])("or %s, have the deviation of the other returns", (_name, lengths) => {
    const starts = ["2005-01-03", "2017-01-03", "2024-02-29"];
    const parts = lengths.map((length, index) => weekdaysFrom(starts[index], length));
    const ends = lengths.map((_, index) => lengths.slice(0, index).reduce((a, b) => a + b, 0));
    const returns = CLOSES.slice(1)
      .map((close, index) => close / CLOSES[index] - 1)
      .filter((_, index) => !ends.includes(index + 1));
    const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length;
    const squares = returns.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    const right = Math.sqrt((squares / (returns.length - 1)) * 252);
    const { annualisedVolatility } = figuresOf(parts.flat(), CLOSES);
    expect(annualisedVolatility.value).toBeCloseTo(right, 12);
  });
});

const tableOf = (days: readonly (readonly [day: string, close: number])[]) =>
  monthlyReturns({
    times: Float64Array.from(days, ([day]) => Date.parse(day)),
    values: Float64Array.from(days, ([, close]) => close),
  });

const monthly = (skipped: (month: number) => boolean, day: number) =>
  Array.from({ length: 36 }, (_, month) => month)
    .filter((month) => !skipped(month))
    .map((month) => {
      const date = new Date(Date.UTC(2020, day === 0 ? month + 1 : month, day));
      return [date.toISOString().slice(0, 10), 100 + month] as const;
    });

const rounded = (value: number | null) => value?.toFixed(12) ?? null;

const isoOf = (time: number) => new Date(time).toISOString().slice(0, 10);

describe("the table of monthly returns", () => {
  test("has no month and no year that a hole lies over the end of", () => {
    const days = PARTS.flat().map(isoOf);
    const table = tableOf(days.map((day, index) => [day, CLOSES[index]] as const));
    const closeUpTo = (day: string) => CLOSES[days.findLastIndex((each) => each <= day)];
    const isKnown = (end: string) =>
      (end >= "2005-01-31" && end < "2014-08-01") ||
      (end >= "2017-02-28" && end <= days[days.length - 1]);
    const months = table
      .flatMap(({ year, months: own }) =>
        own.map((value, month) => ({
          value,
          end: isoOf(Date.UTC(year, month + 1, 0)),
          before: isoOf(Date.UTC(year, month, 0)),
        })),
      )
      .filter(({ value, end }) => value !== null && isKnown(end));
    expect(months.length).toBeGreaterThan(180);
    expect(months.map(({ value }) => value)).toEqual(
      months.map(({ end, before }) => {
        const from = end === "2005-01-31" ? CLOSES[0] : closeUpTo(before);
        return expect.closeTo(closeUpTo(end) / from - 1, 12);
      }),
    );
    const yearOf = (wanted: number) => table.find(({ year }) => year === wanted);
    expect([yearOf(2014)?.total, ...(yearOf(2014)?.months ?? []).slice(6, 8)]).toEqual([
      null,
      expect.any(Number),
      null,
    ]);
    expect([yearOf(2017)?.total, ...(yearOf(2017)?.months ?? []).slice(0, 2)]).toEqual([
      null,
      null,
      expect.any(Number),
    ]);
    const whole = table.filter(({ year }) => year > 2005 && ![2014, 2017].includes(year));
    expect(whole.map(({ total }) => total)).toEqual(
      whole.map(({ year }) =>
        expect.closeTo(closeUpTo(`${year}-12-31`) / closeUpTo(`${year - 1}-12-31`) - 1, 12),
      ),
    );
  });

  test.each([
    ["month ends without March", (month: number) => month === 2, 0, [3], []],
    ["first days of months without March", (month: number) => month === 2, 1, [3], []],
    ["month ends without December", (month: number) => month === 11, 0, [12], [2020, 2021]],
    ["month ends of a year less", (month: number) => month > 11 && month < 24, 0, [24], [2022]],
  ])("of %s leaves out what spans more than itself", (_name, skipped, day, months, years) => {
    for (const { year, months: own, total } of tableOf(monthly(skipped, day))) {
      const right = own.map((_, month) => {
        const at = (year - 2020) * 12 + month;
        const isNone = skipped(at) || months.includes(at) || at === 0;
        return isNone ? null : (100 + at) / (99 + at) - 1;
      });
      expect(own.map(rounded)).toEqual(right.map(rounded));
      expect(total === null).toBe(years.includes(year));
    }
  });
});

const wave = (index: number) => 100 + 5 * Math.sin(index) + Math.cos(index * index);
const isWeekday = (time: number) => new Date(time).getUTCDay() % 6 !== 0;

describe("a share class that was launched within a month, and whose last price lies within one", () => {
  const ends = Array.from({ length: 24 }, (_, month) => Date.UTC(2022, month + 1, 0));
  const times = [Date.UTC(2022, 0, 28), ...ends, Date.UTC(2024, 0, 4)];
  const series = {
    times: Float64Array.from(times),
    values: Float64Array.from(
      times,
      (_, index) => 100 * 1.01 ** Math.min(24, Math.max(0, index - 1)),
    ),
  };

  test("counts no return of a few days as that of a month", () => {
    const sample = new FigureSample(series, series);
    expect([...sample.returns]).toEqual(ends.slice(1).map(() => expect.closeTo(0.01, 12)));
    expect(sample.frequency.gaps).toEqual([
      { from: times[0], to: times[1], missing: 0 },
      { from: times[24], to: times[25], missing: 0 },
    ]);
    if (typeof sample.paired === "string") throw new Error(sample.paired);
    expect(sample.paired.returns).toEqual(sample.returns);
    const request = { series, benchmark: null, window: 12, riskFreeRate: 0 };
    const { values } = rollingSeries("RETURN", request);
    const full = values.filter((each) => !Number.isNaN(each));
    expect([...full]).toEqual(Array.from({ length: 12 }, () => expect.closeTo(1.01 ** 12 - 1, 12)));
  });
});

const value = (time: number) => 100 + 5 * Math.sin(time / DAY) + time / DAY / 400;
const returnsOf = (values: readonly number[]) =>
  values.slice(1).map((each, index) => expect.closeTo(each / values[index] - 1, 12));

const pricesOf = (times: readonly number[], scale: number) => ({
  times: Float64Array.from(times),
  values: Float64Array.from(times, (time) => scale * value(time)),
});

describe("months that end on any day of the week, beside closes of weekdays", () => {
  const ends = Array.from({ length: 40 }, (_, month) => Date.UTC(2020, month + 1, 0));
  const all = Array.from({ length: 1_250 }, (_, index) => Date.UTC(2020, 0, 1) + index * DAY);
  const weekdays = all.filter((day) => new Date(day).getUTCDay() % 6 !== 0);
  /** The last weekday of each month, of one of which three are missing. */
  const lastDays = ends.map((end) => weekdays.filter((day) => day <= end).slice(-1)[0]);
  const closed = lastDays[20];
  const closes = pricesOf(
    weekdays.filter((day) => day > closed || day <= closed - 3 * DAY),
    3,
  );

  test.each([
    ["of either", pricesOf(ends, 1), closes, (end: number) => value(end)],
    ["with the closes first", closes, pricesOf(ends, 3), null],
  ])("have the returns of every month, %s", (_name, own, benchmark, valueOf) => {
    const { paired } = new FigureSample(own, benchmark);
    if (typeof paired === "string") throw new Error(paired);
    const used = ends.map((end) => closes.times.filter((day) => day <= end).slice(-1)[0]);
    const ofEnds = returnsOf(ends.map(value));
    const ofCloses = returnsOf(used.map(value));
    expect(paired.pairs.returns).toEqual(valueOf === null ? ofCloses : ofEnds);
    expect(paired.pairs.benchmark).toEqual(valueOf === null ? ofEnds : ofCloses);
    expect(paired.frequency).toMatchObject({ name: "MONTHLY", gaps: [] });
  });

  test("have none of a month in which the closes end a week before", () => {
    const late = {
      ...closes,
      ...pricesOf(
        [...closes.times].filter((day) => day < ends[30] - 6 * DAY || day > ends[30]),
        3,
      ),
    };
    const { paired } = new FigureSample(pricesOf(ends, 1), late);
    if (typeof paired === "string") throw new Error(paired);
    expect(paired.returns).toHaveLength(37);
    expect(paired.frequency.gaps).toEqual([{ from: ends[29], to: ends[31], missing: 1 }]);
  });
});

describe("a fund that is not invested for a week, beside a benchmark that goes on", () => {
  const days = Array.from({ length: 250 }, (_, index) => Date.UTC(2023, 0, 2) + index * DAY);
  const priced = (times: readonly number[], scale: number) => ({
    times: Float64Array.from(times),
    values: Float64Array.from(times, (time) => scale * wave(days.indexOf(time - (time % DAY)))),
  });
  const own = priced(
    // The missing Saturday is no day of the benchmark.
    days.filter((_, index) => index !== 82 && !(index >= 99 && index < 106)),
    1,
  );
  const hour = 16 * 3_600_000;
  const benchmark = priced(
    days.filter(isWeekday).map((day) => day + hour),
    2,
  );

  test("has every return of both but the one over that week", () => {
    const { paired } = new FigureSample(own, benchmark);
    if (typeof paired === "string") throw new Error(paired);
    const joined = days.filter((day) => isWeekday(day) && own.times.includes(day));
    const hole = joined.findIndex((day) => day > days[99]);
    const right = joined
      .map((day, index) => wave(days.indexOf(day)) / wave(days.indexOf(joined[index - 1])) - 1)
      .filter((_, index) => index !== 0 && index !== hole);
    expect(paired.pairs.returns).toEqual(right.map((value) => expect.closeTo(value, 12)));
    expect(paired.pairs.benchmark).toEqual(right.map((value) => expect.closeTo(value, 12)));
    const window = { series: own, benchmark, window: 5, riskFreeRate: 0 };
    const { values } = rollingSeries("BETA", window);
    const [first, second] = [5, hole + 5];
    expect(Array.from(values, Number.isNaN)).toEqual(
      joined.map((_, index) => index < first || (index >= hole && index < second)),
    );
  });
});
