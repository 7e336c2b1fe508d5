import { expect, test } from "vitest";
import { formatDay, formatInstant, formatMonth, formatTime } from "./format-date.ts";

test("keeps the day of a calendar date in every time zone", () => {
  expect(formatDay("2026-11-01")).toBe("1 Nov 2026");
  expect(formatMonth("2026-11-01")).toBe("Nov 2026");
});

test("writes the time zone of a timestamp", () => {
  const late = "2026-11-22T23:59:30.000Z";
  expect(formatInstant(late, "UTC")).toBe("22 Nov 2026, 23:59 UTC");
  expect(formatInstant(late, "Europe/Berlin")).toBe("23 Nov 2026, 00:59 CET");
  expect(formatInstant(late, "Pacific/Kiritimati")).toBe("23 Nov 2026, 13:59 GMT+14");
  expect(formatTime(late, "Pacific/Pago_Pago")).toBe("12:59:30");
});

test("returns a text that is not a date unchanged", () => {
  expect(formatDay("soon")).toBe("soon");
});
