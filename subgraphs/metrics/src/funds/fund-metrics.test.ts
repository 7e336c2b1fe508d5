import { moneyToJson } from "@allfunds/contract/money";
import { describe, expect, test } from "vitest";
import { BookRates } from "../books/book-rates.ts";
import { flowKey } from "./fund-figures.ts";
import type { Balances, FundFigures } from "./fund-figures.ts";
import { fundMetrics, otherNetAssets } from "./fund-metrics.ts";

const NO_ACCOUNTS = { count: 0, listed: [] };
const none: Balances = { cash: 0n, assets: 0n, liabilities: 0n };

const flowsOfDollars = (day: string, inflow: bigint, outflow: bigint): Partial<FundFigures> => {
  const of = { currency: "USD", day, inflow, outflow };
  return { otherFlows: new Map([[flowKey(of), of]]) };
};
const flowing90d = (inflow: bigint, outflow: bigint) => ({ flows90d: { inflow, outflow } });

const figures = (changes: Partial<FundFigures> = {}): FundFigures => ({
  fundId: "f",
  position: 7,
  currency: "EUR",
  asOf: "2026-06-30",
  cashAccounts: { count: 1, listed: ["4711 Main bank"] },
  history: { from: "2025-07-01", to: "2026-06-01" },
  balances: holding(),
  flows30d: { inflow: 5_000n, outflow: 12_000n },
  flows90d: { inflow: 10_000n, outflow: 40_001n },
  otherFlows: new Map(),
  rates: new BookRates([]),
  ratesPosition: 0,
  ...changes,
});

const EUROS: Balances = { cash: 120_000n, assets: 150_000n, liabilities: 30_000n };
const holding = (dollars?: Partial<Balances>, euros: Balances = EUROS) =>
  new Map([["EUR", euros], ...(dollars ? [["USD", { ...none, ...dollars }] as const] : [])]);
const RATE = { base: "EUR", quote: "USD", rate: "1.10", day: "2026-06-15", position: 3 };
const rates = new BookRates([RATE]);

function given(changes: Partial<FundFigures>, name: string) {
  const metric = fundMetrics(figures(changes)).find((candidate) => candidate.name === name)!;
  return metric.unavailable ?? metric.value ?? moneyToJson(metric.money!).amount;
}

const inputsOf = (name: string, changes: Partial<FundFigures>) =>
  fundMetrics(figures(changes)).find((metric) => metric.name === name)?.inputs;

const inputNames = (name: string, changes: Partial<FundFigures>) =>
  inputsOf(name, changes)?.map((input) => input.name);

describe("a fund's metrics", () => {
  test.each<[string, Partial<FundFigures>, string | number]>([
    ["cash", {}, "1200.00"],
    ["netAssetValue", {}, "1200.00"],
    ["inflow30d", {}, "50.00"],
    ["outflow30d", {}, "120.00"],
    ["netFlow30d", {}, "-70.00"],
    ["monthlyBurn", {}, "100.00"],
    ["runwayMonths", {}, 12],
    ["runwayMonths", { balances: holding(undefined, { ...none, cash: -1n }) }, 0],
    ["monthlyBurn", flowing90d(0n, 25n), "0.08"],
    [
      "netAssetValue",
      { currency: "JPY", balances: new Map([["JPY", { ...none, assets: 7n }]]) },
      "7",
    ],
    ["netAssetValue", { balances: holding({ assets: 5n, liabilities: 5n }) }, "1200.00"],
    ["netAssetValue", { balances: holding({ assets: 11_000n }), rates }, "1300.00"],
    ["cash", { balances: holding({ cash: 11_000n }), rates }, "1300.00"],
    ["inflow30d", { ...flowsOfDollars("2026-06-20", 1_100n, 0n), rates }, "60.00"],
    ["inflow30d", flowsOfDollars("2026-06-01", 0n, 1_100n), "50.00"],
    ["outflow30d", flowsOfDollars("2026-06-01", 1_100n, 0n), "120.00"],
    ["inflow30d", flowsOfDollars("2026-05-01", 1_100n, 0n), "50.00"],
    ["runwayMonths", { balances: holding({ cash: -11_000n }), rates }, 11],
    ["netAssetValue", { balances: new Map(), history: null }, "0.00"],
  ])("%s of %o is %s", (name, changes, expected) => {
    expect(given(changes, name)).toBe(expected);
  });

  test.each<[string, Partial<FundFigures>, RegExp]>([
    ["netAssetValue", { balances: holding({ assets: 500n }) }, /holds 5\.00 USD/],
    [
      "netAssetValue",
      { balances: holding({ assets: 500n }), asOf: "2026-06-14", rates },
      /no exchange rate/,
    ],
    ["cash", { cashAccounts: NO_ACCOUNTS }, /no cash account/],
    ["cash", { balances: holding({ cash: 11_000n }) }, /held: 110\.00 USD/],
    ["inflow30d", { ...flowsOfDollars("2026-06-14", 1_100n, 0n), rates }, /in USD: 11\.00 USD/],
    ["outflow30d", flowsOfDollars("2026-06-01", 0n, 1_100n), /in USD: 11\.00 USD/],
    ["netFlow30d", flowsOfDollars("2026-06-01", 300n, 200n), /in USD: 3\.00 USD, 2\.00 USD/],
    ["inflow30d", { cashAccounts: NO_ACCOUNTS }, /no cash account/],
    [
      "monthlyBurn",
      { history: { from: "2026-04-03", to: "2026-06-01" } },
      /90 days of history; the book has 89/,
    ],
    ["monthlyBurn", flowing90d(9n, 9n), /Not burning/],
    ["monthlyBurn", flowsOfDollars("2026-06-01", 1n, 0n), /exchange rates.*USD/],
    ["runwayMonths", flowing90d(9n, 9n), /Not burning/],
    ["runwayMonths", { balances: holding({ cash: 1n }) }, /held: 0\.01 USD/],
    ["runwayMonths", flowing90d(0n, 1n), /rounds to nothing/],
    ["monthlyBurn", { history: null }, /the book has 0/],
  ])("%s is withheld for %o", (name, changes, reason) => {
    expect(given(changes, name)).toMatch(reason);
  });

  test("a rate is among the inputs with its date, and what has none is named", () => {
    expect(inputsOf("netAssetValue", { balances: holding({ assets: 11_000n }), rates })).toEqual(
      expect.arrayContaining([
        { name: "otherCurrencies", value: "110.00 USD" },
        { name: "rate EUR/USD", value: "1.10" },
        { name: "date of rate EUR/USD", value: "2026-06-15" },
      ]),
    );
    expect(inputsOf("cash", { balances: holding({ cash: 11_000n }) })).toEqual(
      expect.arrayContaining([{ name: "notConverted", value: "110.00 USD" }]),
    );
  });

  test("a sum is not among the inputs while part of it has no rate", () => {
    expect(inputNames("runwayMonths", { balances: holding({ cash: 11_000n }) })).not.toContain(
      "cash",
    );
    const burn = inputNames("monthlyBurn", flowsOfDollars("2026-06-01", 0n, 1_100n));
    expect(burn).toContain("inflow90d");
    expect(burn).not.toContain("outflow90d");
  });

  test("both rates of a cross are among the inputs", () => {
    const RECORD = { source: "ECB", position: 1, line: 0 };
    const cross = new BookRates(
      [],
      [
        { base: "GBP", quote: "USD", rate: "1.2", date: "2026-06-15", ...RECORD },
        { base: "GBP", quote: "EUR", rate: "1.1", date: "2026-06-16", ...RECORD },
      ],
    );
    expect(inputsOf("cash", { balances: holding({ cash: 1_200n }), rates: cross })).toEqual(
      expect.arrayContaining([
        { name: "rate GBP/USD", value: "1.2" },
        { name: "date of rate GBP/USD", value: "2026-06-15" },
        { name: "rate GBP/EUR", value: "1.1" },
        { name: "source of rate GBP/EUR", value: "ECB" },
      ]),
    );
  });

  test("net assets of zero in another currency are not listed", () => {
    expect(otherNetAssets(figures({ balances: holding({ assets: 5n, liabilities: 5n }) }))).toEqual(
      [],
    );
    expect(otherNetAssets(figures({ balances: holding({ liabilities: 5n }) }))).toEqual([
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
