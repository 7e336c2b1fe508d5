import { describe, expect, test } from "vitest";
import { bucketsOf, clipToHistory, Interval } from "./date-range.ts";

const history = { from: "2024-02-10", to: "2026-03-05" };

describe("clipToHistory", () => {
  test.each([
    ["DAY", { from: "2026-03-01", to: "2026-03-03" }, { from: "2026-03-01", to: "2026-03-03" }],
    ["DAY", { from: "2026-03-01", to: "2030-01-01" }, { from: "2026-03-01", to: "2026-03-05" }],
    ["DAY", {}, { from: "2025-03-06", to: "2026-03-05" }],
    ["MONTH", {}, { from: "2024-02-01", to: "2026-03-05" }],
    ["MONTH", { from: "2025-05-20" }, { from: "2025-05-01", to: "2026-03-05" }],
    ["DAY", { to: "2024-02-09" }, null],
    ["DAY", { from: "2026-03-06" }, null],
  ] as const)("%s series of %o within the history cover %o", (interval, requested, expected) => {
    expect(clipToHistory(interval, requested, history)).toEqual(expected);
  });

  test("a range that runs backwards or is too long is refused", () => {
    const invalid = expect.objectContaining({ code: "INVALID_INPUT" });
    const backwards = { from: "2026-01-02", to: "2026-01-01" };
    expect(() => clipToHistory(Interval.DAY, backwards, history)).toThrow(invalid);
    const long = { from: "1990-01-01", to: "2026-01-01" };
    expect(() => clipToHistory(Interval.DAY, { from: "1990-01-01" }, long)).toThrow(invalid);
  });
});

describe("bucketsOf", () => {
  test("days cross the end of a leap February", () => {
    const range = { from: "2024-02-28", to: "2024-03-01" };
    expect(bucketsOf(Interval.DAY, range)).toEqual(["2024-02-28", "2024-02-29", "2024-03-01"]);
  });

  test("months are named by their first day, across a year's end", () => {
    const range = { from: "2025-11-30", to: "2026-01-01" };
    expect(bucketsOf(Interval.MONTH, range)).toEqual(["2025-11-01", "2025-12-01", "2026-01-01"]);
  });
});
