import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { Indicator } from "../indicators/indicator.ts";
import {
  annualisedReturn,
  annualisedVolatility,
  cumulativeReturn,
  sharpeRatio,
  simpleReturns,
  sortinoRatio,
} from "./returns.ts";
import { historicalRisk, maximumDrawdown } from "./risk.ts";

const require = createRequire(import.meta.url);
const file = join(dirname(require.resolve("vega-datasets")), "../data/sp500-2000.csv");
const rows = parse<{ date: string; close: string }>(readFileSync(file), { columns: true });
const prices = Float64Array.from(rows, ({ close }) => Number(close));
const returns = simpleReturns(prices);

// Expected figures were computed by Python's statistics module (exact fractions, type 7
// quantiles); Sharpe, the annualised return and the shortfall also agree with QuantStats.
describe("S&P 500 daily closes from 2000-01-03 to 2020-04-17", () => {
  test("has 5105 prices and 5104 returns", () => {
    expect([prices.length, returns.length]).toEqual([5105, 5104]);
  });

  test.each([
    ["cumulative return", cumulativeReturn(prices), 0.9753440141593548],
    ["annualised return", annualisedReturn(prices), 0.03418153922986478],
    ["annualised volatility", annualisedVolatility(returns), 0.1989143062066407],
    ["Sharpe ratio without a risk-free rate", sharpeRatio(returns, 0), 0.26860462897158793],
    ["Sharpe ratio at 2 %", sharpeRatio(returns, 0.02), 0.16904715742623277],
    ["Sortino ratio", sortinoRatio(returns, 0), 0.3765281774115556],
    ["95 % value at risk", historicalRisk(returns, 0.95).valueAtRisk, 0.018938962761684237],
    ["95 % shortfall", historicalRisk(returns, 0.95).expectedShortfall, 0.030224659216643492],
    ["99 % value at risk", historicalRisk(returns, 0.99).valueAtRisk, 0.03450820643278012],
    ["99 % shortfall", historicalRisk(returns, 0.99).expectedShortfall, 0.05147619366146937],
  ])("%s equals the reference", (_name, actual, expected) => {
    expect(actual).toBeCloseTo(expected, 12);
  });

  test("the deepest drawdown is the one of 2007 to 2009, recovered in 2013", () => {
    const deepest = maximumDrawdown(prices)!;
    expect(deepest.depth).toBeCloseTo(0.5677538775030553, 12);
    expect(rows[deepest.peak].date).toBe("2007-10-09");
    expect(rows[deepest.trough].date).toBe("2009-03-09");
    expect(rows[deepest.recovery!].date).toBe("2013-03-28");
  });

  test.each([
    ["SMA", 200, 3012.6926916750003],
    ["WMA", 20, 2698.0989536666666],
    ["EMA", 20, 2709.7699902178233],
  ] as const)("the last %s(%i) equals the reference", (kind, period, expected) => {
    const unread = new Float64Array();
    const [values] = new Indicator(kind, { period }).run({
      times: prices,
      open: unread,
      high: unread,
      low: unread,
      close: prices,
      volume: unread,
    });
    const last = values?.at(-1) ?? 0;
    expect(Math.abs(last / expected - 1)).toBeLessThan(1e-12);
  });
});
