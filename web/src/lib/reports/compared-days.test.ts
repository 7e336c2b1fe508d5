import { expect, test } from "vitest";
import { comparedDays } from "./compared-days.ts";
import { readReportQuery } from "./report-query.ts";

const of = (search: string) => comparedDays(readReportQuery(new URLSearchParams(search), ""));

const CLASS = "0197a000-0000-7000-8000-00000000000a";

test.each([
  ["report=balance-sheet&asOf=2026-03-31", ["2026-03-31"]],
  ["report=balance-sheet&asOf=2026-03-31&compare=previous", ["2026-03-31", "2026-02-28"]],
  ["report=balance-sheet&asOf=2026-03-30&compare=previous", ["2026-03-30", "2026-02-28"]],
  [
    "report=balance-sheet&asOf=2024-02-29&compare=year&columns=3",
    ["2024-02-29", "2023-02-28", "2022-02-28"],
  ],
  [
    "report=balance-sheet&asOf=2026-01-31&compare=previous&columns=4",
    ["2026-01-31", "2025-12-31", "2025-11-30", "2025-10-31"],
  ],
  ["report=trial-balance&asOf=2026-01-31&compare=year", ["2026-01-31", "2025-01-31"]],
  [`report=trial-balance&asOf=2026-01-31&compare=year&class=${CLASS}`, ["2026-01-31"]],
])("the columns of %s are days", (search, days) => {
  expect(of(search)).toEqual(days.map((to) => ({ to })));
});

test.each([
  ["from=2026-01-01&to=2026-12-31&compare=previous", "2025-01-01", "2025-12-31"],
  ["from=2026-01-01&to=2026-03-31&compare=previous", "2025-10-01", "2025-12-31"],
  ["from=2026-01-01&to=2026-03-31&compare=year", "2025-01-01", "2025-03-31"],
  ["from=2024-02-01&to=2024-02-29&compare=year", "2023-02-01", "2023-02-28"],
  ["from=2025-02-01&to=2025-02-28&compare=year", "2024-02-01", "2024-02-29"],
  ["from=2026-01-01&to=2026-01-10&compare=previous", "2025-12-22", "2025-12-31"],
  ["from=2026-03-02&to=2026-03-02&compare=previous", "2026-03-01", "2026-03-01"],
])("the period beside %s begins on %s and ends on %s", (search, from, to) => {
  expect(of(`report=income-statement&${search}`)[1]).toEqual({ from, to });
});

const count = (columns: string) =>
  of(`report=income-statement&from=2026-01-01&to=2026-01-31&compare=previous&columns=${columns}`)
    .length;

test("there are 2 to 13 columns, whatever the address has", () => {
  expect(["", "1", "2", "13", "14", "x", "-3"].map(count)).toEqual([2, 2, 2, 13, 13, 2, 2]);
});
