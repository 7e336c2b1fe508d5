import { describe, expect, test } from "vitest";
import { rankEts, selectEts } from "./ets-selection.ts";
import { etsDeviations, etsName, fitEts, forecastEts } from "./ets.ts";
import { AIR_MILES, AIR_PASSENGERS, LAKE_HURON, NILE, WWW_USAGE } from "./public-series.fixture.ts";
import { fitOptimisedTheta, fitTheta } from "./theta.ts";
import { adjustSeason, restoreSeason } from "./seasonality.ts";

/** Largest relative distance of values from reference numbers. */
function distance(values: Iterable<number>, reference: readonly number[]): number {
  return Math.max(
    ...Array.from(values, (value, index) => Math.abs(value / (reference[index] ?? 0) - 1)),
  );
}

// Computed by R 4.2 with forecast 8.20: ets(x, model = …, damped = …). A fit may be better, never
// noticeably worse.
describe("exponential smoothing models beside R's ets", () => {
  test.each([
    ["Nile, ANN", NILE, { error: "A", trend: "N", season: "N" }, 1459.031, [805.381, 805.381]],
    ["Nile, MNN", NILE, { error: "M", trend: "N", season: "N" }, 1458.552, [838.875, 838.875]],
    ["Nile, AAN", NILE, { error: "A", trend: "A", season: "N" }, 1462.55, [802.916, 799.754]],
    ["WWWusage, AAN", WWW_USAGE, { error: "A", trend: "A", season: "N" }, 729.332, [218, 216]],
    ["Lake Huron, ANN", LAKE_HURON, { error: "A", trend: "N", season: "N" }, 396.933, [579.96]],
    ["airmiles, AAN", AIR_MILES, { error: "A", trend: "A", season: "N" }, 422.826, [32764, 34871]],
    [
      "airmiles, AAdN",
      AIR_MILES,
      { error: "A", trend: "Ad", season: "N" },
      426.853,
      [32631, 34579],
    ],
  ] as const)("%s", (_name, values, form, aicc, forecast) => {
    const model = fitEts(values, 1, form);
    expect(model?.aicc).toBeLessThan(aicc + 0.01);
    expect(model && distance(forecastEts(model, forecast.length), forecast)).toBeLessThan(5e-4);
  });

  test("standard deviations ahead equal R's for Nile, ANN", () => {
    const model = fitEts(NILE, 1, { error: "A", trend: "N", season: "N" });
    const reference = [144.232, 148.516, 152.68, 156.733];
    expect(model && distance(etsDeviations(model, 4), reference)).toBeLessThan(1e-3);
  });

  test.each([
    ["Nile", NILE, 1, "ETS(M,N,N)"],
    ["Lake Huron", LAKE_HURON, 1, "ETS(A,N,N)"],
    ["airmiles", AIR_MILES, 1, "ETS(A,A,N)"],
    ["WWWusage", WWW_USAGE, 1, "ETS(A,Ad,N)"],
  ])("%s gets the model that R chooses", (_name, values, seasonLength, name) => {
    const model = selectEts(values, seasonLength);
    expect(model && etsName(model.form)).toBe(name);
  });

  test("air passengers get a multiplicative season, as in R, and no form of them fits worse", () => {
    const [best] = rankEts(AIR_PASSENGERS, 12);
    expect(best?.form.season).toBe("M");
    expect(best?.aicc).toBeLessThan(1400.638);
    const reference = [441.802, 434.119, 496.63, 483.237, 483.991, 551.024];
    expect(best && distance(forecastEts(best, 6), reference)).toBeLessThan(0.02);
  });
});

// Computed by R 4.2 with forecast 8.20: thetaf(x).
describe("the Theta method beside R's thetaf", () => {
  test.each([
    ["air passengers", AIR_PASSENGERS, 12, [440.078, 428.384, 489.707, 475.705, 479.67, 545.366]],
    ["WWWusage", WWW_USAGE, 1, [220.31, 220.619, 220.928, 221.238]],
    ["Nile", NILE, 1, [799.812, 798.455, 797.098]],
  ])("%s", (_name, values, seasonLength, reference) => {
    const adjustment = adjustSeason(values, seasonLength);
    const ahead = fitTheta(adjustment?.adjusted ?? values).forecast(reference.length);
    expect(distance(restoreSeason(ahead, adjustment, values.length), reference)).toBeLessThan(5e-4);
  });

  test("the optimised model continues a line", () => {
    const line = Float64Array.from({ length: 30 }, (_, index) => 10 + 3 * index);
    expect(distance(fitOptimisedTheta(line).forecast(3), [100, 103, 106])).toBeLessThan(1e-3);
  });
});
