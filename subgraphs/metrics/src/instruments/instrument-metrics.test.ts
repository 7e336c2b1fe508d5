import { describe, expect, test } from "vitest";
import { addDays } from "../series/calendar.ts";
import { instrumentMetrics } from "./instrument-metrics.ts";

/** Prices on working days from a Monday, the close given by the day's number. */
function workingDays(count: number, close: (index: number) => number) {
  const all = Array.from({ length: count * 2 }, (_, index) => index);
  const offsets = all.filter((offset) => offset % 7 < 5).slice(0, count);
  return {
    days: offsets.map((offset) => addDays("2024-01-01", offset)),
    closes: Float64Array.from({ length: count }, (_, index) => close(index)),
  };
}

const named = (series: ReturnType<typeof workingDays>, name: string) =>
  instrumentMetrics(series, 0.02, "2026-01-01").find((metric) => metric.name === name)!;
const zigzag = (index: number) => 100 + (index % 3) + index / 10;

describe("metrics of a price history", () => {
  test("a year and a half of working days has every figure", () => {
    const metrics = instrumentMetrics(workingDays(400, zigzag), 0.02, "2026-01-01");
    expect(metrics.map(({ unavailable }) => unavailable)).toEqual(Array(8).fill(null));
  });

  test("a drawdown names its peak, trough and recovery", () => {
    const closes = [100, 110, 90, 95, 111];
    const { value, inputs } = named(
      workingDays(5, (index) => closes[index]),
      "maxDrawdown",
    );
    expect(value).toBeCloseTo(20 / 110, 12);
    expect(Object.fromEntries(inputs.map((input) => [input.name, input.value]))).toMatchObject({
      peak: "2024-01-02",
      trough: "2024-01-03",
      recovered: "2024-01-05",
    });
  });

  test.each([
    ["annualisedReturn", 252, "Needs 252 returns; there are 251."],
    ["sharpe", 20, "Needs 20 returns; there are 19."],
    ["valueAtRisk95", 100, "Needs 100 returns; there are 99."],
    ["cumulativeReturn", 1, "Needs 1 returns; there are 0."],
  ])("%s of %i prices is withheld", (name, count, reason) => {
    expect(named(workingDays(count, zigzag), name).unavailable).toBe(reason);
  });

  test("weekly prices are not annualised as if they were daily", () => {
    const { closes } = workingDays(300, zigzag);
    const days = Array.from({ length: 300 }, (_, index) => addDays("2010-01-01", 7 * index));
    expect(named({ days, closes }, "annualisedVolatility").unavailable).toMatch(/spans 7\.0 days/);
    expect(named({ days, closes }, "cumulativeReturn").unavailable).toBeNull();
  });

  test("prices that never move have no ratios", () => {
    const flat = workingDays(300, () => 5);
    expect(named(flat, "sharpe").unavailable).toBe("The returns do not vary.");
    expect(named(flat, "maxDrawdown").value).toBe(0);
  });

  test("no price at all gives reasons, not errors", () => {
    const metrics = instrumentMetrics({ days: [], closes: new Float64Array(0) }, 0, "2026-01-01");
    expect(metrics.every(({ unavailable }) => unavailable !== null)).toBe(true);
  });
});
