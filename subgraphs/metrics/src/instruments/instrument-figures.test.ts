import { describe, expect, test } from "vitest";
import { figureArguments } from "../figures/definitions.ts";
import { MetricName } from "../metric/metric.ts";
import { addDays } from "../series/calendar.ts";
import { instrumentMetrics } from "./instrument-figures.ts";

/** Prices on working days from a Monday, the close given by the day's number. */
function workingDays(count: number, close: (index: number) => number) {
  const all = Array.from({ length: count * 2 }, (_, index) => index);
  const offsets = all.filter((offset) => offset % 7 < 5).slice(0, count);
  return {
    times: Float64Array.from(offsets, (offset) => Date.parse(addDays("2024-01-01", offset))),
    values: Float64Array.from({ length: count }, (_, index) => close(index)),
  };
}

const sampleOf = (
  series: ReturnType<typeof workingDays>,
  benchmark: typeof series | null = null,
) => ({
  series,
  benchmark,
  given: figureArguments({ riskFreeRate: 0.02, window: 100 }),
  asOf: "2026-01-01",
  form: {},
  unavailable: null,
});
const named = (series: ReturnType<typeof workingDays>, name: string) =>
  instrumentMetrics(sampleOf(series), { names: [name] })[0];
const zigzag = (index: number) => 100 + (index % 3) + index / 10;

describe("metrics of a price history", () => {
  test("a year and a half of working days has every figure that needs no benchmark", () => {
    const metrics = instrumentMetrics(sampleOf(workingDays(400, zigzag)), {});
    expect(metrics.length).toBeGreaterThan(20);
    const missing = metrics.filter(({ unavailable }) => unavailable !== null);
    // The zigzag's kurtosis is out of the domain of the Cornish-Fisher expansion.
    expect(missing.map(({ name }) => name)).toEqual([
      "valueAtRiskCornishFisher",
      "expectedShortfallCornishFisher",
    ]);
  });

  test("those beside a benchmark come with it, or have a reason when they are asked for", () => {
    const series = workingDays(400, zigzag);
    const without = instrumentMetrics(sampleOf(series), { metrics: [MetricName.BETA] });
    expect(without.map(({ unavailable }) => unavailable)).toEqual(["Needs a benchmark."]);
    const all = instrumentMetrics(
      sampleOf(
        series,
        workingDays(300, (index) => zigzag(index) ** 2),
      ),
      {},
    );
    expect(all.find(({ name }) => name === "beta")).toMatchObject({
      unavailable: null,
      inputs: expect.arrayContaining([{ name: "returns", value: "299" }]),
    });
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
    ["valueAtRiskBacktest", 150, "Needs 150 returns; there are 149."],
    ["compoundAnnualGrowthRate", 200, "Needs a year; the prices span 0.76 years."],
    ["cumulativeReturn", 1, "Needs 1 returns; there are 0."],
  ])("%s of %i prices is withheld", (name, count, reason) => {
    expect(named(workingDays(count, zigzag), name).unavailable).toBe(reason);
  });

  test("weekly prices are annualised by their own weeks", () => {
    const { values } = workingDays(300, zigzag);
    const times = values.map((_, index) => Date.parse(addDays("2010-01-01", 7 * index)));
    const { value, inputs } = named({ times, values }, "annualisedVolatility");
    const daily = named(workingDays(300, zigzag), "annualisedVolatility").value!;
    expect(value).toBeCloseTo(daily * Math.sqrt(52 / 252), 12);
    expect(inputs).toContainEqual({ name: "frequency", value: "WEEKLY" });
  });

  test("prices without a common spacing are not annualised", () => {
    const { values } = workingDays(300, zigzag);
    const times = values.map((_, index) => Date.parse(addDays("2010-01-01", index + (index % 2))));
    const irregular = { times: times.map((time, index) => time + index * 86_400_000), values };
    expect(named(irregular, "annualisedVolatility").unavailable).toMatch(/^Needs a regular/);
    expect(named(irregular, "cumulativeReturn").unavailable).toBeNull();
  });

  test("prices that never move have no ratios", () => {
    const flat = workingDays(300, () => 5);
    expect(named(flat, "sharpe").unavailable).toBe("The returns do not vary.");
    expect(named(flat, "maxDrawdown").value).toBe(0);
  });

  test("no price at all gives reasons, not errors", () => {
    const none = { times: new Float64Array(0), values: new Float64Array(0) };
    const metrics = instrumentMetrics(sampleOf(none), {});
    expect(metrics.every(({ unavailable }) => unavailable !== null)).toBe(true);
  });
});
