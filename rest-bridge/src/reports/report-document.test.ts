import { expect, it } from "vitest";
import { comparativeTables } from "./report-document.ts";

const line = (code: string, type: string, amounts: string[], more: object = {}) => ({
  code,
  name: `Account ${code}`,
  type,
  currency: "EUR",
  amounts,
  ...more,
});
const rowsOf = (...of: Parameters<typeof comparativeTables>) =>
  comparativeTables(...of).map(({ title, columns, rows }) => [
    title,
    columns.slice(3).map(({ name }) => name),
    rows,
  ]);

it("sums a hierarchy up by what has nothing above it, once", () => {
  const lines = [
    line("1", "ASSET", ["10.00", "12.50"], { level: 1 }),
    line("10", "ASSET", ["10.00", "12.50"], { level: 2 }),
    line("19", "ASSET", ["-0.01", "0.00"], { level: 1 }),
    line("2", "LIABILITY", ["9.99", "12.50"], { level: 1 }),
  ];
  expect(rowsOf(["2025", "2026"], lines)).toEqual([
    [
      "EUR",
      ["2025", "2026"],
      [
        ["ASSET", "1", "Account 1", "10.00", "12.50"],
        ["ASSET", "10", "\u00a0\u00a0Account 10", "10.00", "12.50"],
        ["ASSET", "19", "Account 19", "-0.01", "0.00"],
        ["ASSET", "", "Total", "9.99", "12.50"],
        ["LIABILITY", "2", "Account 2", "9.99", "12.50"],
        ["LIABILITY", "", "Total", "9.99", "12.50"],
      ],
    ],
  ]);
});

it("gives a table for each value, currency and three columns, by the activities of a cash flow", () => {
  const amounts = ["1", "2", "3", "4"];
  const flow = { activity: "INVESTING", currency: "JPY" };
  const lines = [
    line("15", "ASSET", amounts, { ...flow, value: "EQUITY" }),
    line("16", "ASSET", amounts, { ...flow, value: "EQUITY" }),
    line("15", "ASSET", amounts, { ...flow, value: null }),
  ];
  const tables = rowsOf(["a", "b", "c", "d"], lines);
  expect(tables.map(([title, columns]) => [title, columns])).toEqual([
    ["EQUITY, JPY", ["a", "b", "c"]],
    ["EQUITY, JPY", ["d"]],
    ["Without a value, JPY", ["a", "b", "c"]],
    ["Without a value, JPY", ["d"]],
  ]);
  expect(tables[1]?.[2]).toEqual([
    ["INVESTING", "15", "Account 15", "4"],
    ["INVESTING", "16", "Account 16", "4"],
    ["INVESTING", "", "Total", "8"],
  ]);
});
