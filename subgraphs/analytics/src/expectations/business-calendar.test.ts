import { describe, expect, test } from "vitest";
import {
  calendarOf,
  calendarOfCurrency,
  CALENDAR_NAMES,
  easterSunday,
  nextBusinessDay,
  previousBusinessDay,
} from "./business-calendar.ts";
import type { CalendarName } from "./business-calendar.ts";
import { dateOfDay, dayAt, dayOf, dayOfDate, weekdayOf } from "./day.ts";

/** Weekdays without settlement in a year. */
const closedWeekdays = (name: CalendarName, year: number): string[] => {
  const closed: string[] = [];
  for (let day = dayOf(year, 1, 1); day <= dayOf(year, 12, 31); day += 1) {
    if (![0, 6].includes(weekdayOf(day)) && !calendarOf(name).isBusinessDay(day)) {
      closed.push(dateOfDay(day).slice(5));
    }
  }
  return closed;
};

const isClosedInIsrael = (date: string): boolean =>
  !calendarOf("IL").isBusinessDay(dayOfDate(date));

test.each([
  [1961, "1961-04-02"],
  [2000, "2000-04-23"],
  [2024, "2024-03-31"],
  [2026, "2026-04-05"],
  [2038, "2038-04-25"],
  [2285, "2285-03-22"],
])("Easter Sunday of %i is %s", (year, date) => {
  expect(dateOfDay(easterSunday(year))).toBe(date);
});

describe("a calendar of business days", () => {
  test.each([
    ["TARGET2", 2026, ["01-01", "04-03", "04-06", "05-01", "12-25"]],
    ["GB", 2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]],
    ["GB", 2022, "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27".split(" ")],
    ["GB", 2021, "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28".split(" ")],
    ["US", 2026, "01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25".split(" ")],
    ["US", 2023, "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-23 12-25".split(" ")],
    ["DE", 2026, ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "12-25"]],
    ["FR", 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-11 12-25".split(" ")],
    ["IE", 2026, "01-01 02-02 03-17 04-06 05-04 06-01 08-03 10-26 12-25 12-28".split(" ")],
    ["IE", 2022, "01-03 03-17 03-18 04-18 05-02 06-06 08-01 10-31 12-26 12-27".split(" ")],
    ["DE", 2017, "04-14 04-17 05-01 05-25 06-05 10-03 10-31 12-25 12-26".split(" ")],
    ["LU", 2026, ["01-01", "04-06", "05-01", "05-14", "05-25", "06-23", "12-25"]],
    ["WEEKENDS", 2026, []],
  ] as const)("of %s has the holidays of %i", (name, year, holidays) => {
    expect(closedWeekdays(name, year)).toEqual(holidays);
  });

  test("of Israel follows the Hebrew calendar and its weekend", () => {
    // Passover, Independence Day moved from a Monday, Rosh Hashana, Yom Kippur of 2024; a Friday.
    const holidays = ["2024-04-23", "2024-05-14", "2024-10-03", "2024-10-12", "2024-10-18"];
    expect(holidays.filter((date) => !isClosedInIsrael(date))).toEqual([]);
    expect(isClosedInIsrael("2024-10-20")).toBe(false);
  });

  test.each([
    ["2026-04-03", "2026-04-07", "2026-04-02"],
    ["2026-05-30", "2026-06-01", "2026-05-29"],
    ["2026-12-25", "2026-12-28", "2026-12-24"],
    ["2026-06-10", "2026-06-10", "2026-06-10"],
  ])("finds the business day after and before %s", (date, after, before) => {
    const target2 = calendarOf("TARGET2");
    expect(dateOfDay(nextBusinessDay(dayOfDate(date), target2))).toBe(after);
    expect(dateOfDay(previousBusinessDay(dayOfDate(date), target2))).toBe(before);
  });

  test("has a business day within a week of any day", () => {
    for (const name of CALENDAR_NAMES) {
      for (let day = dayOf(2020, 1, 1); day < dayOf(2032, 1, 1); day += 1) {
        expect(nextBusinessDay(day, calendarOf(name)) - day).toBeLessThan(7);
      }
    }
  });

  test("is that of the currency, or of weekends alone", () => {
    expect(["EUR", "GBP", "USD", "ILS", "JPY"].map(calendarOfCurrency)).toEqual([
      "TARGET2",
      "GB",
      "US",
      "IL",
      "WEEKENDS",
    ]);
  });
});

test.each([
  ["2026-06-30T22:30:00Z", "Europe/Berlin", "2026-07-01"],
  ["2026-06-30T22:30:00Z", "America/New_York", "2026-06-30"],
  ["2026-01-01T03:00:00Z", "America/New_York", "2025-12-31"],
  ["2026-06-30T22:30:00Z", "UTC", "2026-06-30"],
])("at %s it is in %s the day %s", (instant, zone, date) => {
  expect(dateOfDay(dayAt(new Date(instant), zone))).toBe(date);
});
