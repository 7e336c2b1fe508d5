import { describe, expect, test } from "vitest";
import { madeOf, monthAway, reachOf, readBudget, shareGone, shareSpent } from "./budget-page.ts";

const MARCH = { from: "2026-03-01", to: "2026-03-31" };

test.each([
  ["2026-02-28", 0],
  ["2026-03-01", 1 / 31],
  ["2026-03-31", 1],
  ["2026-06-01", 1],
])("when %s ends, %d of March is gone", (today, share) => {
  expect(shareGone(MARCH, today)).toBeCloseTo(share, 12);
});

const money = (amount: string) => ({ amount, currency: "EUR" });
test.each([
  ["100.00", "0.00", "25.00", 0.25],
  ["100.00", "100.00", "50.00", 0.25],
  ["100.00", "0.00", "250.00", 2.5],
  ["100.00", "-100.00", "5.00", null],
  ["0.00", "0.00", "5.00", null],
  ["100.00", "0.00", "-25.00", -0.25],
])("of %s and %s carried over, %s spent is %s", (amount, carriedOver, spent, share) => {
  const compared = { amount: money(amount), carriedOver: money(carriedOver), spent: money(spent) };
  expect(shareSpent(compared)).toBe(share);
});

test("a figure leads to the transactions of its category, currency and days", () => {
  expect(madeOf("fund-1", { category: { code: "RENT" }, ...MARCH }, "EUR")).toBe(
    "/funds/fund-1/categories?category=RENT&currency=EUR&from=2026-03-01&to=2026-03-31",
  );
});

test.each([
  ["2026-03-31", -1, "2026-02-01"],
  ["2026-12-01", 1, "2027-01-01"],
  ["2026-01-15", -1, "2025-12-01"],
])("from %s, %d months away begin on %s", (day, months, expected) => {
  expect(monthAway(day, months)).toBe(expected);
});

test.each([
  ["MONTH", null, "OPEN"],
  ["MONTH", "2026-03-31", "ONE"],
  ["MONTH", "2026-12-31", "YEAR_END"],
  ["MONTH", "2026-08-31", "2026-08-31"],
  ["MONTH", "2027-03-31", "2027-03-31"],
  ["YEAR", null, "OPEN"],
  ["YEAR", "2026-12-31", "ONE"],
  ["YEAR", "2028-12-31", "2028-12-31"],
] as const)("a budget of a %s until %s begins its form with %s", (period, until, reach) => {
  expect(reachOf({ period, until }, "2026-03-01")).toBe(reach);
});

const read = (values: Record<string, string>) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return readBudget(form, { fundId: "fund-1", day: "2026-03-01", point: "," });
};
describe("a form", () => {
  const FILLED = { category: "RENT", currency: "eur", amount: "1.234,50", period: "MONTH" };

  test.each([
    ["OPEN", null],
    ["YEAR_END", "2026-12-31"],
    ["ONE", "2026-03-01"],
    ["2026-08-31", "2026-08-31"],
    ["nonsense", "2026-03-01"],
  ])("that is for %s ends on %s", (reach, until) => {
    expect(read({ ...FILLED, reach })).toMatchObject({ from: "2026-03-01", until });
  });

  test("is read in the notation of the reader", () => {
    expect(read({ ...FILLED, rollsOver: "on" })).toMatchObject({
      amount: "1234.50",
      currency: "EUR",
      period: "MONTH",
      rollsOver: true,
    });
    expect(read({ ...FILLED, period: "YEAR", rollsOver: "on" }).rollsOver).toBe(false);
  });

  test("takes a budget away only with its own button, not with an empty field", () => {
    expect(read({ ...FILLED, amount: "" }).amount).toBe("");
    expect(read({ ...FILLED, ends: "yes" }).amount).toBeNull();
  });
});
