import { expect, test } from "vitest";
import { formatDay, formatMonth } from "../dates/format-date.ts";
import { timeScale } from "./time-scale.ts";

const reader = {
  day: (date: string) => formatDay(date, "en-GB"),
  month: (date: string) => formatMonth(date, "en-GB"),
};

test("places dates in proportion to the days between them", () => {
  const { position } = timeScale(["2026-01-01", "2026-01-02", "2026-01-11"], reader);
  expect([position("2026-01-01"), position("2026-01-02"), position("2026-01-11")]).toEqual([
    0, 0.1, 1,
  ]);
});

test("marks a long span by months and a short one by days", () => {
  expect(timeScale(["2025-01-01", "2026-01-01"], reader).marks[0]).toEqual({
    position: 0,
    label: "Jan 2025",
  });
  expect(timeScale(["2026-01-01", "2026-01-11"], reader).marks[0]?.label).toBe("1 Jan 2026");
});

test("places a single date in the middle", () => {
  expect(timeScale(["2026-01-01"], reader).position("2026-01-01")).toBe(0.5);
});
