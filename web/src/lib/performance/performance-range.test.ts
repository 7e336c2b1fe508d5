import { expect, test } from "vitest";
import { daysOf, readPerformanceQuery, type PerformanceQuery } from "./performance-range.ts";

const TODAY = "2026-05-31";
const read = (search: string) => readPerformanceQuery(new URLSearchParams(search));
const days = (given: Partial<PerformanceQuery>) =>
  daysOf({ range: "all", from: "", to: "", benchmark: "", ...given }, TODAY);

test.each([
  ["mtd", "2026-05-01"],
  ["qtd", "2026-04-01"],
  ["5y", "2021-05-31"],
  ["1m", "2026-04-30"],
  ["3m", "2026-02-28"],
  ["ytd", "2026-01-01"],
  ["1y", "2025-05-31"],
  ["3y", "2023-05-31"],
] as const)("ends range %s today and begins it on %s", (range, from) => {
  expect(days({ range })).toEqual({ from, to: TODAY });
});

test("leaves both days to the graph when the range is all", () => {
  expect(days({ from: "2026-01-01" })).toEqual({ from: null, to: null });
});

test("takes entered days, and leaves a missing one to the graph", () => {
  expect(days({ range: "dates", from: "2026-01-05", to: "2026-01-05" })).toEqual({
    from: "2026-01-05",
    to: "2026-01-05",
  });
  expect(days({ range: "dates", to: "2026-02-01" })).toEqual({ from: null, to: "2026-02-01" });
});

test.each([
  [{ from: "2026-02-31" }, "performance.badFrom"],
  [{ to: "yesterday" }, "performance.badTo"],
  [{ from: "2026-03-02", to: "2026-03-01" }, "performance.badOrder"],
  [{ from: "2026-06-01" }, "performance.badOrder"],
  [{}, "performance.needDay"],
])("refuses the days %o", (given, problem) => {
  expect(days({ range: "dates", ...given })).toBe(problem);
});

test("reads the range that the address names, and dates where it names none", () => {
  expect(read("")).toEqual({ range: "all", from: "", to: "", benchmark: "" });
  expect(read("from=2026-01-01")?.range).toBe("dates");
  expect(read("range=3m&benchmark=b ")).toMatchObject({ range: "3m", benchmark: "b" });
});

test("reads no range from an unknown name", () => {
  expect(read("range=5m")).toBeUndefined();
});
