import { describe, expect, test } from "vitest";
import { compareBudgets, endOfMonth, startOf } from "./budget.ts";
import type { BudgetFact, BudgetLine, BudgetPeriod, MonthTotal } from "./budget.ts";

/** One line for each fact, oldest first: category, currency, first to last period, amount, what is left. */
const facts = (table: string): BudgetFact[] =>
  rowsOf(table).map(([category, currency, span = "", amount = "", rolls], index) => {
    const [first = "", last = first] = span.split("..");
    const period: BudgetPeriod = first.length === 4 ? "YEAR" : "MONTH";
    const start = (text: string): string => startOf(period, `${text}-01-01`.slice(0, 10));
    return {
      version: index + 1,
      period,
      category: category as BudgetFact["category"],
      currency: currency ?? "",
      first: start(first),
      last: last === "" ? null : start(last),
      amountMinor: amount === "none" ? null : BigInt(amount),
      rollsOver: rolls === "rolls",
      setBy: "a user",
      setAt: new Date("2026-01-01T00:00:00Z"),
    };
  });

/** One line for each month: category, currency, month, paid, received. */
const totals = (table: string): MonthTotal[] =>
  rowsOf(table).map(([category, currency, month, paid = "0", received = "0"]) => ({
    month: `${month}-01`,
    category: category as MonthTotal["category"],
    currency: currency ?? "",
    paidMinor: BigInt(paid),
    receivedMinor: BigInt(received),
    transactions: 1,
  }));

const rowsOf = (table: string): string[][] =>
  table
    .split("\n")
    .map((row) => row.trim().split(/\s+/))
    .filter(([first]) => first !== "");

/** Category, currency, amount, carried over, spent, left, and the months counted. */
const written = (line: BudgetLine): string =>
  [
    line.category,
    line.currency,
    line.amountMinor,
    line.carriedMinor,
    line.spentMinor,
    line.leftMinor,
    `${line.firstMonth.slice(5, 7)}-${line.lastMonth.slice(5, 7)}`,
  ].join(" ");

const compared = (of: string, set: string, moved: string) => {
  const period: BudgetPeriod = of.length === 4 ? "YEAR" : "MONTH";
  const start = startOf(period, `${of}-01-01`.slice(0, 10));
  return compareBudgets({ period, start }, facts(set), totals(moved));
};

describe("a budget of a month", () => {
  test.each([
    [
      "compares with its month",
      "IT EUR 2026-03.. 500",
      "IT EUR 2026-03 120",
      "IT EUR 500 0 120 380 03-03",
    ],
    [
      "leaves out other months",
      "IT EUR 2026-03.. 500",
      "IT EUR 2026-02 120",
      "IT EUR 500 0 0 500 03-03",
    ],
    ["is overspent", "IT EUR 2026-03.. 500", "IT EUR 2026-03 700", "IT EUR 500 0 700 -200 03-03"],
    [
      "takes off what was received",
      "IT EUR 2026-03.. 500",
      "IT EUR 2026-03 700 300",
      "IT EUR 500 0 400 100 03-03",
    ],
    [
      "is negative where more was received",
      "IT EUR 2026-03.. 500",
      "IT EUR 2026-03 0 300",
      "IT EUR 500 0 -300 800 03-03",
    ],
    ["may be nothing", "IT EUR 2026-03.. 0", "IT EUR 2026-03 5", "IT EUR 0 0 5 -5 03-03"],
    [
      "is the newest of those that cover the month",
      "IT EUR 2026-01.. 500\nIT EUR 2026-03 900",
      "",
      "IT EUR 900 0 0 900 03-03",
    ],
    [
      "is not the one of another month",
      "IT EUR 2026-01.. 500\nIT EUR 2026-04 900",
      "",
      "IT EUR 500 0 0 500 03-03",
    ],
    [
      "comes back where a newer one ends",
      "IT EUR 2026-01.. 500\nIT EUR 2026-01..2026-02 900",
      "",
      "IT EUR 500 0 0 500 03-03",
    ],
    [
      "does not count another category",
      "IT EUR 2026-03.. 500",
      "TAX EUR 2026-03 120",
      "IT EUR 500 0 0 500 03-03",
    ],
    [
      "does not count another currency",
      "IT EUR 2026-03.. 500",
      "IT USD 2026-03 120",
      "IT EUR 500 0 0 500 03-03",
    ],
    [
      "rolls what is left over",
      "IT EUR 2026-01.. 500 rolls",
      "IT EUR 2026-01 100\nIT EUR 2026-02 50",
      "IT EUR 500 850 0 1350 03-03",
    ],
    [
      "rolls what was overspent over",
      "IT EUR 2026-01.. 500 rolls",
      "IT EUR 2026-01 900\nIT EUR 2026-02 500",
      "IT EUR 500 -400 0 100 03-03",
    ],
    [
      "rolls nothing over from a month that does not",
      "IT EUR 2026-01.. 500 rolls\nIT EUR 2026-02 500",
      "",
      "IT EUR 500 0 0 500 03-03",
    ],
    [
      "rolls nothing over from before a month without one",
      "IT EUR 2026-01.. 500 rolls\nIT EUR 2026-02 none",
      "",
      "IT EUR 500 0 0 500 03-03",
    ],
    [
      "rolls a month over into one that does not roll over",
      "IT EUR 2026-02 500 rolls\nIT EUR 2026-03 200",
      "",
      "IT EUR 200 500 0 700 03-03",
    ],
  ])("%s", (_name, set, moved, expected) => {
    expect(compared("2026-03", set, moved).lines.map(written)).toEqual([expected]);
  });

  test.each([
    ["was never set", "", "2026-03"],
    ["was taken away", "IT EUR 2026-01.. 500\nIT EUR 2026-03.. none", "2026-03"],
    ["begins later", "IT EUR 2026-04.. 500", "2026-03"],
    ["has ended", "IT EUR 2026-01..2026-02 500", "2026-03"],
    ["is of the year", "IT EUR 2026 500", "2026-03"],
  ])("is not there when it %s", (_name, set, month) => {
    expect(compared(month, set, "").lines).toEqual([]);
  });

  test("begins each calendar year with nothing carried over", () => {
    const { lines } = compared("2026-01", "IT EUR 2025-01.. 500 rolls", "IT EUR 2025-12 100");
    expect(lines.map(written)).toEqual(["IT EUR 500 0 0 500 01-01"]);
  });

  test("leaves what has no budget to a list of its own, but not what has one of the year", () => {
    const moved =
      "IT EUR 2026-03 5\nIT USD 2026-03 7\nTAX EUR 2026-03 9\nRENT EUR 2026-03 11\nTAX EUR 2026-02 1";
    const { unbudgeted } = compared("2026-03", "IT EUR 2026-03 500\nRENT EUR 2026 99", moved);
    const listed = unbudgeted.map((each) => `${each.category} ${each.currency} ${each.paidMinor}`);
    expect(listed).toEqual(["TAX EUR 9", "IT USD 7"]);
  });
});

describe("a budget of a year", () => {
  const MOVED = "IT EUR 2026-01 10\nIT EUR 2026-05 20\nIT EUR 2026-08 40\nIT EUR 2026-12 80";
  test.each([
    ["is set for the year", "IT EUR 2026 1000", ["IT EUR 1000 0 150 850 01-12"]],
    ["is set for every year", "IT EUR 2024.. 1000", ["IT EUR 1000 0 150 850 01-12"]],
    ["is the sum of its months", "IT EUR 2026-01.. 100 rolls", ["IT EUR 1200 0 150 1050 01-12"]],
    [
      "counts from its first month with a budget",
      "IT EUR 2026-05.. 100",
      ["IT EUR 800 0 140 660 05-12"],
    ],
    [
      "counts to its last month with a budget",
      "IT EUR 2026-05 100\nIT EUR 2026-08 30",
      ["IT EUR 130 0 60 70 05-08"],
    ],
    [
      "is the year's where the months have some too",
      "IT EUR 2026-05 100\nIT EUR 2026 30",
      ["IT EUR 30 0 150 -120 01-12"],
    ],
    [
      "is that of the months where the year's was taken away",
      "IT EUR 2026 30\nIT EUR 2026 none\nIT EUR 2026-05 100",
      ["IT EUR 100 0 20 80 05-05"],
    ],
    ["is of another year", "IT EUR 2025 30\nIT EUR 2027.. 30", []],
  ])("%s", (_name, set, expected) => {
    expect(compared("2026", set, MOVED).lines.map(written)).toEqual(expected);
  });

  test("counts all that moved once: in its line, or before and after it", () => {
    const { lines, unbudgeted } = compared("2026", "IT EUR 2026-05..2026-08 100", MOVED);
    const rest = unbudgeted.map(
      (each) => `${each.firstMonth}..${each.lastMonth} ${each.paidMinor}`,
    );
    expect(rest).toEqual(["2026-09-01..2026-12-01 80", "2026-01-01..2026-04-01 10"]);
    const all = [...lines, ...unbudgeted].reduce((sum, { paidMinor }) => sum + paidMinor, 0n);
    expect(all).toBe(150n);
  });
});

test("totals are of one currency each", () => {
  const { totals: found } = compared(
    "2026-03",
    "IT EUR 2026-01.. 500 rolls\nTAX EUR 2026-03 100\nIT USD 2026-03 50",
    "IT EUR 2026-02 100\nIT EUR 2026-03 7\nIT USD 2026-03 60",
  );
  expect(found).toEqual([
    { currency: "EUR", amountMinor: 600n, carriedMinor: 900n, spentMinor: 7n, leftMinor: 1493n },
    { currency: "USD", amountMinor: 50n, carriedMinor: 0n, spentMinor: 60n, leftMinor: -10n },
  ]);
});

test.each([
  ["2026-02-01", "2026-02-28"],
  ["2028-02-01", "2028-02-29"],
  ["2026-12-01", "2026-12-31"],
])("the month of %s ends on %s", (month, end) => {
  expect(endOfMonth(month)).toBe(end);
});
