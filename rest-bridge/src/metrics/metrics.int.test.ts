import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASH, FUND, INSTRUMENT } from "../fake-graph/sample-values.fixture.ts";
import { openService, type OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

describe("metrics", () => {
  it("of a fund have method and inputs, and a reason when there is no value", async () => {
    const answer = await service.send(`/api/v1/metrics?fundId=${FUND}`);
    expect(answer.json()).toMatchObject({
      fundId: FUND,
      asOf: "2026-06-30",
      position: 3,
      currency: "EUR",
      metrics: [
        {
          name: "cash",
          money: { amount: "10.00", currency: "EUR" },
          value: null,
          unavailable: null,
        },
        { name: "runwayMonths", money: null, value: null, unavailable: "No burn." },
      ],
    });
  });

  it.each([
    ["an account", `accountId=${CASH}`, { accountId: CASH, position: 3 }],
    ["an instrument", `instrumentId=${INSTRUMENT}`, { instrumentId: INSTRUMENT, position: null }],
  ])("of %s are found by its id", async (_what, query, expected) => {
    const answer = await service.send(`/api/v1/metrics?${query}`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      ...expected,
      metrics: [{ name: "sharpe", value: 0.25 }],
    });
  });
});

describe("forecasts", () => {
  it.each([
    ["a fund's cash by default", `fundId=${FUND}`, "CASH"],
    ["the metric of the request", `fundId=${FUND}&metric=REVENUE&horizon=3`, "REVENUE"],
    ["an account's balance", `accountId=${CASH}`, "BALANCE"],
  ])("are of %s", async (_what, query, metric) => {
    const answer = await service.send(`/api/v1/forecasts?${query}`);
    expect(answer.json()).toMatchObject({
      metric,
      level: 0.8,
      points: [{ value: "11.00", lower: "-9.00", upper: "13.00" }],
      backtest: { folds: 6, mase: null },
    });
  });
});
