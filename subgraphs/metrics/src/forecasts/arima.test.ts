import { describe, expect, test } from "vitest";
import { kpss, selectArima } from "./arima-selection.ts";
import { arimaDeviations, arimaName, fitArima, type ArimaOrder } from "./arima.ts";
import { AIR_PASSENGERS, LAKE_HURON, NILE, WWW_USAGE } from "./public-series.fixture.ts";

const order = (p: number, d: number, q: number, more: Partial<ArimaOrder> = {}): ArimaOrder => ({
  p,
  d,
  q,
  P: 0,
  D: 0,
  Q: 0,
  seasonLength: 1,
  hasConstant: false,
  ...more,
});

// Computed by R 4.2 with forecast 8.20: Arima(x, order, method = "CSS").
describe("ARIMA models beside R's conditional least squares", () => {
  test.each([
    [
      "Lake Huron, ARIMA(2,0,1) with mean",
      LAKE_HURON,
      order(2, 0, 1, { hasConstant: true }),
      { ar: [0.2707, 0.4221], ma: [0.8138], forecast: [579.449, 579.506, 579.306] },
    ],
    [
      "Nile, ARIMA(1,1,1)",
      NILE,
      order(1, 1, 1),
      { ar: [0.2395], ma: [-0.8657], forecast: [815.739, 833.877, 838.221] },
    ],
    [
      "WWWusage, ARIMA(3,1,0)",
      WWW_USAGE,
      order(3, 1, 0),
      { ar: [1.1635, -0.6676, 0.3423], ma: [], forecast: [219.659, 219.227, 218.269] },
    ],
  ])("%s", (_name, values, wanted, reference) => {
    const model = fitArima(values, wanted);
    for (const [index, value] of reference.ar.entries()) {
      expect(model?.autoregression[index]).toBeCloseTo(value, 2);
    }
    for (const [index, value] of reference.ma.entries()) {
      expect(model?.movingAverage[index]).toBeCloseTo(value, 2);
    }
    const ahead = model?.forecast(3) ?? [];
    for (const [index, value] of reference.forecast.entries()) {
      expect(ahead[index]).toBeCloseTo(value, 0);
    }
  });

  test("the airline model of air passengers", () => {
    const airline = order(0, 1, 1, { D: 1, Q: 1, seasonLength: 12 });
    const model = fitArima(AIR_PASSENGERS.map(Math.log), airline);
    expect(model?.movingAverage[0]).toBeCloseTo(-0.3772, 2);
    expect(model?.movingAverage[11]).toBeCloseTo(-0.5724, 2);
    const ahead = (model?.forecast(3) ?? new Float64Array()).map(Math.exp);
    for (const [index, value] of [450.155, 425.697, 479.57].entries()) {
      expect(ahead[index]).toBeCloseTo(value, 0);
    }
  });

  test("a random walk's deviations grow with the root of the distance", () => {
    const model = fitArima(NILE, order(0, 1, 0));
    const [one = 0, , , four = 0] = model === null ? [] : arimaDeviations(model, 4);
    expect(four / one).toBeCloseTo(2, 10);
  });
});

test("the stationarity test gives the statistic of R's urca with short lags", () => {
  // ur.kpss(x, type = "mu", use.lag = 2)@teststat, the lags of R's ndiffs.
  expect(kpss(NILE)).toBeCloseTo(1.3152, 3);
});

test("the search finds differences where they are, and names what it chose", () => {
  expect(selectArima(NILE, 1)?.order.d).toBe(1);
  const model = selectArima(AIR_PASSENGERS.map(Math.log), 12);
  expect(model?.order).toMatchObject({ D: 1, seasonLength: 12 });
  expect(model && arimaName(model.order)).toMatch(/^ARIMA\(\d,\d,\d\)\(\d,1,\d\)\[12\]/);
  expect(selectArima(Float64Array.of(1, 2, 3), 1)).toBeNull();
});
