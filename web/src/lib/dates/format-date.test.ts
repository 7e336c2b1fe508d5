import { expect, test } from "vitest";
import { formatDay, formatInstant, formatMonth } from "./format-date.ts";

test("a calendar date keeps its day in every time zone", () => {
  expect(formatDay("2026-11-01")).toBe("1 Nov 2026");
  expect(formatMonth("2026-11-01")).toBe("Nov 2026");
});

test("a timestamp names its time zone", () => {
  expect(formatInstant("2026-11-22T23:59:30.000Z")).toBe("22 Nov 2026, 23:59 UTC");
});

test("a text that is no date is shown as it came", () => {
  expect(formatDay("soon")).toBe("soon");
});
