import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detectFrequency } from "./frequency.ts";
import type { FrequencyName } from "./frequency.ts";

const IRREGULAR: FrequencyName = "IRREGULAR";
const DAY = 86_400_000;
const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
const times = (...instants: number[]) => Float64Array.from(instants);

/** Days from a date on, those that `isOpen` takes by weekday (0 is Sunday) and date. */
function days(from: string, count: number, isOpen: (weekday: number, date: string) => boolean) {
  const found: number[] = [];
  for (let time = at(from); found.length < count; time += DAY) {
    const day = new Date(time);
    if (isOpen(day.getUTCDay(), day.toISOString().slice(0, 10))) found.push(time);
  }
  return found;
}
const isWeekday = (weekday: number) => weekday !== 0 && weekday !== 6;
const weekdays = (from: string, count: number) => days(from, count, isWeekday);
const monthEnds = (from: number, count: number, step: number) =>
  Array.from({ length: count }, (_, index) => Date.UTC(from, (index + 1) * step, 0));

/** Hours of a session on weekdays, in UTC. */
const session = (from: string, count: number, first: number, last: number) =>
  weekdays(from, count).flatMap((day) =>
    Array.from({ length: last - first + 1 }, (_, index) => day + (first + index) * HOUR),
  );

const stepped = (step: number, count: number) =>
  Array.from({ length: count }, (_, index) => at("2020-01-03") + index * step);

/** Whether currencies are traded at an instant: from Sunday to Friday at 22 UTC. */
const isOpenForCurrencies = (time: number): boolean => {
  const [day, hour] = [new Date(time).getUTCDay(), new Date(time).getUTCHours()];
  return day === 0 ? hour >= 22 : day === 5 ? hour < 22 : day !== 6;
};

describe("detectFrequency names a series by its modal spacing", () => {
  const usHolidays = new Set([
    "2024-01-01",
    "2024-01-15",
    "2024-02-19",
    "2024-03-29",
    "2024-05-27",
  ]);
  const lastWeekdays = monthEnds(2015, 60, 1).map((end) => {
    const weekday = new Date(end).getUTCDay();
    return end - DAY * (weekday === 0 ? 2 : weekday === 6 ? 1 : 0);
  });
  const goodFridays = stepped(7 * DAY, 200).map(
    (time, index) => time - (index % 52 === 14 ? DAY : 0),
  );

  test.each([
    ["calendar days", stepped(DAY, 60), "DAILY", 365, 7],
    ["weekdays", weekdays("2024-01-01", 300), "BUSINESS_DAILY", 252, 5],
    ["Sunday to Thursday", days("2024-01-07", 300, (day) => day < 5), "BUSINESS_DAILY", 252, 5],
    [
      "weekdays with an exchange's holidays",
      days("2024-01-01", 120, (day, date) => isWeekday(day) && !usHolidays.has(date)),
      "BUSINESS_DAILY",
      252,
      5,
    ],
    ["one week of an exchange", weekdays("2024-01-01", 5), "BUSINESS_DAILY", 252, 5],
    ["Fridays", stepped(7 * DAY, 60), "WEEKLY", 52, 52],
    ["Fridays, or the day before a holiday", goodFridays, "WEEKLY", 52, 52],
    ["month ends", monthEnds(2015, 60, 1), "MONTHLY", 12, 12],
    ["last weekdays of months", lastWeekdays, "MONTHLY", 12, 12],
    ["quarter ends", monthEnds(2015, 20, 3), "QUARTERLY", 4, 4],
    ["year ends", monthEnds(1990, 20, 12), "YEARLY", 1, 1],
    ["every hour", stepped(HOUR, 1000), "HOURLY", 8760, 24],
    ["hours of a session", session("2024-01-01", 60, 14, 20), "HOURLY", 1764, 7],
    ["five minutes", stepped(5 * 60_000, 3000), "MINUTELY", 105_120, 288],
    ["the hours of two days of a session", session("2024-01-01", 2, 14, 20), "HOURLY", 1764, 7],
    ["every hour from Friday to Sunday", stepped(HOUR, 72), "HOURLY", 8760, 24],
    ["days from Friday to Tuesday", stepped(DAY, 5), "DAILY", 365, 7],
  ] as const)("%s", (_name, instants, name, periodsPerYear, seasonLength) => {
    const frequency = detectFrequency(Float64Array.from(instants));
    expect(frequency).toMatchObject({ name, periodsPerYear, seasonLength, gaps: [] });
  });

  test("closes at a local midnight that daylight saving moves are still weekdays", () => {
    const closes = weekdays("2024-01-01", 300).map((day) => {
      const isSummer = day > at("2024-03-31") && day < at("2024-10-27");
      return isSummer ? day - HOUR : day;
    });
    const frequency = detectFrequency(Float64Array.from(closes));
    expect(frequency).toMatchObject({ name: "BUSINESS_DAILY", exceptions: 0, gaps: [] });
  });

  test("hours of a session that daylight saving moves are still a session", () => {
    const summer = session("2024-04-01", 120, 13, 19);
    const winter = session("2024-09-16", 120, 14, 20);
    const frequency = detectFrequency(Float64Array.from([...summer, ...winter]));
    expect(frequency).toMatchObject({ name: "HOURLY", periodsPerYear: 1764, gaps: [] });
  });

  test("a session whose first hours are those of winter has no sixth day in summer", () => {
    const winter = session("2024-01-01", 60, 14, 20);
    const summer = session("2024-03-25", 160, 13, 19);
    const frequency = detectFrequency(Float64Array.from([...winter, ...summer]));
    expect(frequency).toMatchObject({ name: "HOURLY", periodsPerYear: 1764, gaps: [] });
  });

  test("hours of currencies, open from Sunday to Friday at 22 UTC, have five days", () => {
    const hours = stepped(HOUR, 24 * 7 * 20).filter(isOpenForCurrencies);
    const frequency = detectFrequency(Float64Array.from(hours));
    expect(frequency).toMatchObject({ name: "HOURLY", periodsPerYear: 252 * 24, gaps: [] });
  });
});

describe("detectFrequency refuses to name", () => {
  const everyOther = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => from + 2 * DAY * (index + 1));
  const daily = weekdays("2018-01-01", 700);
  test.each([
    ["nothing", []],
    ["two points", [0, DAY]],
    ["every other day", everyOther(0, 300)],
    ["700 weekdays and 700 every-other days", [...daily, ...everyOther(daily[699], 700)]],
    ["a short part of another spacing", [...daily, ...everyOther(daily[699], 60)]],
    ["weekdays of which every sixth is missing", daily.filter((_, index) => index % 6 !== 2)],
    ["every five days", stepped(5 * DAY, 60)],
    ["every six days", stepped(6 * DAY, 60)],
    ["every eight days", stepped(8 * DAY, 60)],
    ["every four weeks", stepped(28 * DAY, 60)],
    ["every five weeks", stepped(35 * DAY, 60)],
    ["half months", Array.from({ length: 60 }, (_, index) => index * 15 * DAY)],
    ["half seconds", Array.from({ length: 60 }, (_, index) => index * 500)],
  ])("%s", (_name, instants) => {
    const frequency = detectFrequency(Float64Array.from(instants));
    expect(frequency).toMatchObject({ name: IRREGULAR, periodsPerYear: 0, gaps: [] });
  });

  test.each([
    ["instants that do not ascend", times(0, 2, 1), "times[2]"],
    ["the same instant twice", times(0, 1, 1), "times[2]"],
    ["an instant that is no number", times(0, Number.NaN, 1), "times[1]"],
  ])("%s: INVALID_INPUT", (_name, instants, path) => {
    expect(() => detectFrequency(instants)).toThrow(
      expect.objectContaining({
        code: "INVALID_INPUT",
        violations: [expect.objectContaining({ path })],
      }),
    );
  });
});

const without = (from: string, to: string) =>
  weekdays("2018-01-02", 1000).filter((time) => time < at(from) || time > at(to));

describe("gaps", () => {
  test("a holiday of eleven calendar days over a month end is none", () => {
    const frequency = detectFrequency(Float64Array.from(without("2020-01-24", "2020-02-02")));
    expect(frequency).toMatchObject({ name: "BUSINESS_DAILY", gaps: [] });
    expect(frequency.exceptions).toBeCloseTo(1 / 993, 12);
  });

  test("a hole of 2.4 years is one, named by the closes around it", () => {
    const before = weekdays("2005-01-03", 2500);
    const after = weekdays("2017-01-02", 1500);
    const { gaps, name } = detectFrequency(Float64Array.from([...before, ...after]));
    expect(name).toBe("BUSINESS_DAILY");
    expect(gaps).toEqual([{ from: before.at(-1), to: after[0], missing: 630 }]);
  });

  test("a hole that is longer than what is known around it leaves the days as they are", () => {
    const [before, after] = [weekdays("2023-02-20", 80), weekdays("2026-01-05", 80)];
    const frequency = detectFrequency(Float64Array.from([...before, ...after]));
    expect(frequency).toMatchObject({ name: "BUSINESS_DAILY", periodsPerYear: 252 });
    expect(frequency.gaps).toHaveLength(1);
  });

  test.each([
    ["ten working days of an exchange", "2019-03-04", "2019-03-15", 0],
    ["eleven working days of an exchange", "2019-03-04", "2019-03-18", 1],
  ])("%s", (_name, from, to, count) => {
    expect(detectFrequency(Float64Array.from(without(from, to))).gaps).toHaveLength(count);
  });

  test.each([
    ["a day of a series that has every day", DAY, 100, 1],
    ["two weeks of a weekly series", 7 * DAY, 100, 0, 2],
    ["three weeks of a weekly series", 7 * DAY, 100, 1, 3],
    ["an hour of a series that has every hour", HOUR, 500, 1],
  ])("%s", (_name, step, count, gaps, missing = 1) => {
    const instants = Array.from({ length: count }, (_, index) =>
      index < 50 ? index * step : (index + missing) * step,
    );
    const expected = { from: 49 * step, to: (50 + missing) * step, missing };
    expect(detectFrequency(Float64Array.from(instants)).gaps).toEqual(
      Array.from({ length: gaps }, () => expected),
    );
  });

  test("a month that is missing from a monthly series is one", () => {
    const instants = monthEnds(2015, 60, 1).filter((_, index) => index !== 30);
    expect(detectFrequency(Float64Array.from(instants)).gaps).toEqual([
      { from: at("2017-06-30"), to: at("2017-08-31"), missing: 1 },
    ]);
  });

  test("a hole inside a session is one, a closed day is none", () => {
    const hours = session("2024-01-01", 60, 8, 16);
    const hole = hours.filter(
      (time) => time < at("2024-01-16T10:00Z") || time > at("2024-01-16T12:00Z"),
    );
    expect(detectFrequency(Float64Array.from(hole)).gaps).toEqual([
      { from: at("2024-01-16T09:00Z"), to: at("2024-01-16T13:00Z"), missing: 3 },
    ]);
    const holiday = hours.filter((time) => time < at("2024-01-16") || time > at("2024-01-17"));
    expect(detectFrequency(Float64Array.from(holiday)).gaps).toEqual([]);
  });
});

describe("properties", () => {
  test("a shift in time by whole weeks changes only where the gaps are", () => {
    const instants = weekdays("2018-01-02", 200).filter((_, index) => index < 80 || index > 100);
    fc.assert(
      fc.property(fc.integer({ min: -2000, max: 2000 }), (weeks) => {
        const shift = weeks * 7 * DAY;
        const { gaps, ...frequency } = detectFrequency(Float64Array.from(instants));
        const shifted = detectFrequency(Float64Array.from(instants, (time) => time + shift));
        const moved = gaps.map(({ from, to, missing }) => ({
          from: from + shift,
          to: to + shift,
          missing,
        }));
        expect(shifted).toEqual({ ...frequency, gaps: moved });
      }),
    );
  });

  test("any ascending instants have a frequency, and gaps lie between consecutive ones", () => {
    const spacings = fc.array(fc.integer({ min: 1, max: 400 * 24 * 60 }), { maxLength: 80 });
    fc.assert(
      fc.property(spacings, (minutes) => {
        let time = 0;
        const instants = Float64Array.from(minutes, (spacing) => (time += spacing * 60_000));
        const { name, gaps, exceptions, periodsPerYear } = detectFrequency(instants);
        expect(exceptions).toBeGreaterThanOrEqual(0);
        expect(exceptions).toBeLessThanOrEqual(1);
        expect(periodsPerYear > 0).toBe(name !== "IRREGULAR");
        for (const { from, to, missing } of gaps) {
          expect(instants.indexOf(to)).toBe(instants.indexOf(from) + 1);
          expect(missing).toBeGreaterThan(0);
        }
      }),
    );
  });
});
