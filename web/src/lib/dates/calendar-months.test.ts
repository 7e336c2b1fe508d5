import { expect, test } from "vitest";
import { lastMonthEnds, monthAround } from "./calendar-months.ts";

test("lists the ends of the months before a day, across a year", () => {
  expect(lastMonthEnds("2026-02-28")).toEqual(["2026-01-31", "2025-12-31", "2025-11-30"]);
  expect(lastMonthEnds("2026-03-31", 1)).toEqual(["2026-02-28"]);
});

test.each([
  ["2024-02-11", "2024-02-01", "2024-02-29"],
  ["2026-12-31", "2026-12-01", "2026-12-31"],
])("places %s in the month from %s to %s", (day, from, to) => {
  expect(monthAround(day)).toEqual({ from, to });
});
