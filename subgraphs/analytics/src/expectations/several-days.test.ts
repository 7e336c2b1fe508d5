import { describe, expect, test } from "vitest";
import { monthly, onDay, onOrAfter, paid, seenOn } from "./payments.fixture.ts";
import { describeRhythm } from "./rhythm.ts";

const LAST = 31;

interface Shape {
  /** How many of the last ones are left out. */
  readonly without?: number;
  readonly roll?: typeof onDay;
}

/** Payments on some days of each of so many months. */
function several(
  from: string,
  count: number,
  daysIn: readonly number[],
  { without = 0, roll = onDay }: Shape = {},
) {
  const days = daysIn.flatMap((day) => monthly(from, count, roll(day)));
  return days
    .sort((a, b) => a - b)
    .slice(0, days.length - without)
    .map((day) => paid(day));
}

const followed: Shape = { roll: onOrAfter };

describe("payments on several days of each month", () => {
  test.each([
    ["MONTH_DAYS", several("2025-06", 5, [5, 15, 25]), "2025-10-28", "2025-11-05"],
    ["MONTH_DAYS", several("2025-06", 5, [5, 15, 25], { without: 2 }), "2025-10-07", "2025-10-15"],
    ["MONTH_DAYS", several("2025-01", 4, [1, 10, 20]), "2025-04-23", "2025-05-01"],
    ["MONTH_DAYS", several("2025-01", 9, [10, 20, LAST]), "2025-10-03", "2025-10-10"],
    [
      "MONTH_DAYS",
      several("2025-10", 5, [9, 19, LAST], { without: 1 }),
      "2026-02-21",
      "2026-02-28",
    ],
    ["MONTH_DAYS", several("2025-01", 6, [3, 8, 22], { without: 1 }), "2025-06-10", "2025-06-22"],
    ["MONTH_DAYS", several("2025-03", 8, [5, 15, 25], followed), "2025-10-30", "2025-11-05"],
    ["MONTH_DAYS", several("2025-01", 6, [1, 8, 15, 22]), "2025-06-25", "2025-07-01"],
    ["SEMI_MONTHLY", several("2025-01", 7, [1, 3]), "2025-07-10", "2025-08-01"],
    ["SEMI_MONTHLY", several("2025-01", 7, [1, 3], { without: 1 }), "2025-07-02", "2025-07-03"],
    ["SEMI_MONTHLY", several("2025-01", 8, [2, 27]), "2025-09-01", "2025-09-02"],
    ["SEMI_MONTHLY", several("2025-02", 9, [15, LAST], followed), "2025-11-05", "2025-11-17"],
  ])("are one series with its next date, %s, case %#", (recurrence, payments, asOf, date) => {
    expect(seenOn(asOf, payments)).toMatchObject([
      { date, state: "EXPECTED", model: { recurrence } },
    ]);
  });

  test.each([
    ["2025-12-21", "EXPECTED", null, "2025-12-21"],
    ["2025-12-23", "OVERDUE", "2025-12-21", "2025-12-29"],
    ["2025-12-30", "MISSED", "2025-12-21", "2026-01-07"],
    ["2026-01-08", "STOPPED", "2025-12-21", "2026-01-21"],
  ])("on %s are %s when two are open", (asOf, state, overdueSince, date) => {
    const payments = several("2025-05", 8, [7, 21, 29], { without: 2 });
    expect(seenOn(asOf, payments)).toMatchObject([{ state, overdueSince, date }]);
  });

  test("name each of their days", () => {
    const [next] = seenOn("2026-07-01", several("2025-09", 10, [5, 15, LAST]));
    expect(next && describeRhythm(next.model.rhythm)).toBe(
      "on day 5, day 15 and the last day of each month",
    );
  });
});
