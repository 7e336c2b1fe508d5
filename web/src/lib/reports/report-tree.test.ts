import { expect, test } from "vitest";
import { postingsOf } from "./drill-down.ts";
import { readReportQuery } from "./report-query.ts";
import { rowsOfTree, type TreeLine } from "./report-tree.ts";

const asked = (search: string) => readReportQuery(new URLSearchParams(search), "2026-03-31");

const line = (
  level: number,
  id: string,
  type: "ASSET" | "LIABILITY",
  ...columns: readonly (readonly string[])[]
): TreeLine => ({
  level,
  account: { id, code: id, name: id, type },
  columns: columns.map((amounts) => ({
    amounts: amounts.map((text) => {
      const [amount = "", currency = ""] = text.split(" ");
      return { amount, currency };
    }),
  })),
});

const CHART = [
  line(1, "assets", "ASSET", ["30.00 EUR", "-7 JPY"]),
  line(2, "cash", "ASSET", ["30.00 EUR"]),
  line(2, "yen", "ASSET", ["-7 JPY"]),
  line(1, "debts", "LIABILITY", ["30.00 EUR"]),
];

test("a tree has the levels that are wanted, with the accounts beneath each", () => {
  const query = asked("report=trial-balance&depth=1");
  const rows = rowsOfTree(query, CHART);
  expect(rows.map(({ account, amounts, of }) => [account.id, amounts, of])).toEqual([
    ["assets", [{ amount: "30.00", currency: "EUR" }, null], ["assets", "cash", "yen"]],
    ["assets", [null, { amount: "7", currency: "JPY" }], ["assets", "cash", "yen"]],
    ["debts", [null, { amount: "30.00", currency: "EUR" }], ["debts"]],
  ]);
  expect(rows.map((row) => postingsOf("fund", query, row, 0))).toEqual([
    "/funds/fund/transactions?account=assets%2Ccash%2Cyen&to=2026-03-31",
    "/funds/fund/transactions?account=assets%2Ccash%2Cyen&to=2026-03-31",
    "/accounts/debts?to=2026-03-31",
  ]);
});

test("a comparison has one row for each currency, and leads to the postings of its column", () => {
  const query = asked(
    "report=income-statement&from=2026-01-01&to=2026-03-31&compare=year&dimension=costCentre",
  );
  const [row] = rowsOfTree({ ...query, depth: 0 }, [
    line(1, "fees", "ASSET", ["1.00 EUR"], ["2.00 EUR"]),
  ]);
  expect(row?.amounts).toEqual([
    { amount: "1.00", currency: "EUR" },
    { amount: "2.00", currency: "EUR" },
  ]);
  expect(row && postingsOf("f", query, row, 0)).toBe(
    "/funds/f/transactions?account=fees&yearEnd=no&from=2026-01-01&to=2026-03-31",
  );
  const ofValue = (value: string | null) => row && postingsOf("f", query, { ...row, value }, 1);
  expect(ofValue("sales")).toBe(
    "/funds/f/transactions?account=fees&dimension=costCentre&value=sales&yearEnd=no&from=2025-01-01&to=2025-03-31",
  );
  expect(ofValue(null)).toBe(
    "/funds/f/transactions?account=fees&without=costCentre&yearEnd=no&from=2025-01-01&to=2025-03-31",
  );
});

test.each([
  ["report=trial-balance&asOf=2026-03-31", "/accounts/a?knownAt=7&to=2026-03-31"],
  [
    "report=trial-balance&asOf=2026-03-31&dimension=project&without=costCentre",
    "/funds/f/transactions?account=a&without=project%2CcostCentre&knownAt=7&to=2026-03-31",
  ],
  [
    "report=cash-flow&from=2026-01-01&to=2026-03-31",
    "/funds/f/transactions?account=a&cash=yes&knownAt=7&from=2026-01-01&to=2026-03-31",
  ],
  [
    "report=cash-flow&method=INDIRECT&from=2026-01-01&to=2026-03-31",
    "/funds/f/transactions?account=a&yearEnd=no&knownAt=7&from=2026-01-01&to=2026-03-31",
  ],
])("a figure of %s as known at a position leads to the postings known then", (search, path) => {
  const query = asked(`${search}&knownAt=7`);
  const account = { id: "a", code: "1", name: "A", type: "ASSET" } as const;
  const value = query.dimension === "" ? {} : { value: null };
  expect(
    postingsOf("f", query, { section: "", account, amounts: [], of: ["a"], ...value }, 0),
  ).toBe(path);
});

test("a figure of a share class, and a sum, lead nowhere", () => {
  const row = { section: "", account: { id: "", code: "", name: "Net" } as const, amounts: [] };
  expect(postingsOf("f", asked("report=balance-sheet"), row, 0)).toBeUndefined();
  const ofClass = asked("report=balance-sheet&class=0197a000-0000-7000-8000-00000000000a");
  expect(postingsOf("f", ofClass, { ...row, of: ["a"] }, 0)).toBeUndefined();
});
