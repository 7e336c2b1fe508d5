import { expect, test } from "vitest";
import { formatDay, formatInstant, formatMonth, formatTime } from "./format-date.ts";

test("keeps the day of a calendar date in every time zone", () => {
  expect(formatDay("2026-11-01", "en-GB")).toBe("1 Nov 2026");
  expect(formatMonth("2026-11-01", "en-GB")).toBe("Nov 2026");
});

test("writes the time zone of a timestamp", () => {
  const late = "2026-11-22T23:59:30.000Z";
  expect(formatInstant(late, "UTC", "en-GB")).toBe("22 Nov 2026, 23:59 UTC");
  expect(formatInstant(late, "Europe/Berlin", "en-GB")).toBe("23 Nov 2026, 00:59 CET");
  expect(formatInstant(late, "Pacific/Kiritimati", "en-GB")).toBe("23 Nov 2026, 13:59 GMT+14");
  expect(formatTime(late, "Pacific/Pago_Pago", "en-GB")).toBe("12:59:30");
});

test("returns a text that is not a date unchanged", () => {
  expect(formatDay("soon", "en-GB")).toBe("soon");
});

test("writes dates as the reader's language does", () => {
  expect(formatDay("2026-11-22", "de-DE")).toBe("22. Nov. 2026");
  expect(formatDay("2026-11-22", "he-IL")).toBe("22 בנוב\u05f3 2026");
});
