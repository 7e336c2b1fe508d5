import { expect, test } from "vitest";
import { monthEnds } from "./month-ends.ts";

test("keeps the last point of each month, the running one too", () => {
  const dates = ["2025-12-30", "2025-12-31", "2026-01-15", "2026-02-01", "2026-02-03"];
  expect(monthEnds(dates.map((date) => ({ date })))).toEqual([
    { date: "2025-12-31" },
    { date: "2026-01-15" },
    { date: "2026-02-03" },
  ]);
});

test("keeps the same month of two years apart", () => {
  expect(monthEnds([{ date: "2025-03-31" }, { date: "2026-03-31" }])).toHaveLength(2);
});
