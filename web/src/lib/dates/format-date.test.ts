import { expect, test } from "vitest";
import { formatDay, formatInstant, formatMonth } from "./format-date.ts";

test("keeps the day of a calendar date in every time zone", () => {
  expect(formatDay("2026-11-01")).toBe("1 Nov 2026");
  expect(formatMonth("2026-11-01")).toBe("Nov 2026");
});

test("writes the time zone of a timestamp", () => {
  expect(formatInstant("2026-11-22T23:59:30.000Z")).toBe("22 Nov 2026, 23:59 UTC");
});

test("returns a text that is not a date unchanged", () => {
  expect(formatDay("soon")).toBe("soon");
});
