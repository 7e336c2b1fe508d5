import { expect, test } from "vitest";
import { withNewestMonth } from "./newest-month.ts";

const euros = (amount: string) => ({ amount, currency: "EUR" });
const months = [
  { date: "2026-10-31", cash: euros("1.00") },
  { date: "2026-11-20", cash: euros("2.00") },
];

const amounts = (asOf: string) =>
  withNewestMonth(months, { asOf, cash: euros("3.00") }).map(({ cash }) => cash?.amount);

test("gives the running month the newest figures, and begins the next one", () => {
  expect(amounts("2026-11-29")).toEqual(["1.00", "3.00"]);
  expect(amounts("2026-12-01")).toEqual(["1.00", "2.00", "3.00"]);
  expect(amounts("2026-10-31")).toEqual(["1.00", "2.00"]);
});

test("shows no older cash where the newest is unknown", () => {
  const unknown = withNewestMonth(months, { asOf: "2026-11-29", cash: null });
  expect(unknown.map(({ cash }) => cash?.amount)).toEqual(["1.00", undefined]);
});

test("leaves a history without figures as it is", () => {
  expect(withNewestMonth(months, undefined)).toBe(months);
  expect(withNewestMonth([], { asOf: "2026-11-29", cash: euros("3.00") })).toEqual([]);
});
