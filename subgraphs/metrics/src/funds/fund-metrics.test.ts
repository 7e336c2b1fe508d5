import { moneyToJson } from "@allfunds/contract/money";
import { describe, expect, test } from "vitest";
import { NO_CHANGE } from "../series/fund-sums.ts";
import { fundMetrics, otherNetAssets } from "./fund-metrics.ts";
import type { FundFigures } from "./fund-metrics.ts";

const NO_ACCOUNTS = { count: 0, listed: [] };
const none = NO_CHANGE;

const figures = (changes: Partial<FundFigures> = {}): FundFigures => ({
  fundId: "f",
  position: 7,
  currency: "EUR",
  asOf: "2026-06-30",
  cashAccounts: { count: 1, listed: ["4711 Main bank"] },
  daysOfHistory: 365,
  balances: { ...none, cash: 120_000n, assets: 150_000n, liabilities: 30_000n },
  otherBalances: new Map(),
  flows30d: { inflow: 5_000n, outflow: 12_000n },
  flows90d: { inflow: 10_000n, outflow: 40_001n },
  otherFlowCurrencies: [],
  ...changes,
});

function given(changes: Partial<FundFigures>, name: string) {
  const metric = fundMetrics(figures(changes)).find((candidate) => candidate.name === name)!;
  return metric.unavailable ?? metric.value ?? moneyToJson(metric.money!).amount;
}

const dollars = (changes: Partial<typeof none>) => new Map([["USD", { ...none, ...changes }]]);

describe("a fund's metrics", () => {
  test.each([
    ["cash", {}, "1200.00"],
    ["netAssetValue", {}, "1200.00"],
    ["inflow30d", {}, "50.00"],
    ["outflow30d", {}, "120.00"],
    ["netFlow30d", {}, "-70.00"],
    ["monthlyBurn", {}, "100.00"],
    ["runwayMonths", {}, 12],
    ["runwayMonths", { balances: { ...none, cash: -1n } }, 0],
    ["monthlyBurn", { flows90d: { inflow: 0n, outflow: 25n } }, "0.08"],
    ["netAssetValue", { currency: "JPY", balances: { ...none, assets: 7n } }, "7"],
    ["netAssetValue", { otherBalances: dollars({ assets: 5n, liabilities: 5n }) }, "1200.00"],
  ])("%s of %o is %s", (name, changes, expected) => {
    expect(given(changes, name)).toBe(expected);
  });

  test.each([
    ["netAssetValue", { otherBalances: dollars({ assets: 500n }) }, /holds 5\.00 USD/],
    ["cash", { cashAccounts: NO_ACCOUNTS }, /no cash account/],
    ["inflow30d", { cashAccounts: NO_ACCOUNTS }, /no cash account/],
    ["monthlyBurn", { daysOfHistory: 89 }, /90 days of history; the book has 89/],
    ["monthlyBurn", { flows90d: { inflow: 9n, outflow: 9n } }, /Not burning/],
    ["monthlyBurn", { otherFlowCurrencies: ["USD"] }, /exchange rates.*USD/],
    ["runwayMonths", { flows90d: { inflow: 9n, outflow: 9n } }, /Not burning/],
    ["runwayMonths", { otherBalances: dollars({ cash: 1n }) }, /held in USD/],
    ["runwayMonths", { flows90d: { inflow: 0n, outflow: 1n } }, /rounds to nothing/],
  ])("%s is withheld for %o", (name, changes, reason) => {
    expect(given(changes, name)).toMatch(reason);
  });

  test("net assets of zero in another currency are not listed", () => {
    const otherBalances = dollars({ assets: 5n, liabilities: 5n });
    expect(otherNetAssets(figures({ otherBalances }))).toEqual([]);
    expect(otherNetAssets(figures({ otherBalances: dollars({ liabilities: 5n }) }))).toEqual([
      { currency: "USD", minor: -5n },
    ]);
  });

  test("every metric has a figure or a reason, never both", () => {
    for (const cashAccounts of [{ count: 1, listed: ["1000 Bank"] }, NO_ACCOUNTS]) {
      for (const { value, money, unavailable } of fundMetrics(figures({ cashAccounts }))) {
        expect([value, money, unavailable].filter((part) => part !== null)).toHaveLength(1);
      }
    }
  });
});
