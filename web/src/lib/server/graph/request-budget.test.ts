import { expect, test } from "vitest";
import { RequestBudget } from "./request-budget.ts";

test("grants a burst, and then what the seconds give back, to each caller by itself", () => {
  const budget = new RequestBudget(3, 2);
  expect([1, 2, 3, 4].map(() => budget.take("ann", 0))).toEqual([true, true, true, false]);
  expect(budget.take("ben", 0)).toBe(true);
  expect([budget.take("ann", 499), budget.take("ann", 500)]).toEqual([false, true]);
  expect([1, 2, 3, 4].map(() => budget.take("ann", 60_000))).toEqual([true, true, true, false]);
});

test("never grants more than burst and rate allow, however requests arrive", () => {
  const budget = new RequestBudget(10, 5);
  let granted = 0;
  for (let now = 0; now <= 10_000; now += 7) granted += budget.take("ann", now) ? 1 : 0;
  expect([59, 60]).toContain(granted);
});
