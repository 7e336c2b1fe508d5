import { expect, test } from "vitest";
import { madeOf, monthOf } from "./made-of.ts";

test.each([
  ["cash", "/funds/f/reports?report=balance-sheet&asOf=2026-11-30"],
  ["netAssetValue", "/funds/f/reports?report=balance-sheet&asOf=2026-11-30"],
  ["netFlow30d", "/funds/f/transactions?from=2026-11-01&to=2026-11-30"],
  ["monthlyBurn", "/funds/f/transactions?from=2026-09-02&to=2026-11-30"],
])("leads from %s to what it is made of", (metric, path) => {
  expect(madeOf("f", metric, "2026-11-30")).toBe(path);
});

test("leads from a month to its transactions, whatever day it is named by", () => {
  const path = "/funds/f/transactions?from=2024-02-01&to=2024-02-29";
  expect(monthOf("f", "2024-02-01")).toBe(path);
  expect(monthOf("f", "2024-02-29")).toBe(path);
});
