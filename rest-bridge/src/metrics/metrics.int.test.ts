import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CASH, FUND, INSTRUMENT } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

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

describe("a range, a rate and a benchmark", () => {
  it("go with the prices of an instrument", async () => {
    const range = "from=2020-01-01&to=2020-12-31&riskFreeRate=0.02&metrics=SHARPE,BETA";
    const path = `/api/v1/metrics?instrumentId=${INSTRUMENT}&${range}&benchmarkId=${INSTRUMENT}`;
    expect((await service.send(`${path}&adjusted=true&interval=HOUR`)).status).toBe(200);
  });

  it.each([`fundId=${FUND}`, `accountId=${CASH}`, `instrumentId=${INSTRUMENT}`])(
    "a reader's currency goes with %s",
    async (subject) => {
      const answer = await service.send(`/api/v1/metrics?${subject}&currency=USD`);
      expect([answer.status, answer.json()["currency"]]).toEqual([200, "USD"]);
    },
  );

  it.each([
    [`fundId=${FUND}`, "from=2020-01-01"],
    [`fundId=${FUND}`, "riskFreeRate=0.02"],
    [`accountId=${CASH}`, `to=2026-06-30&benchmarkId=${INSTRUMENT}`],
  ])("go with the valuations of %s", async (subject, range) => {
    const answer = await service.send(`/api/v1/metrics?${subject}&${range}&metrics=SHARPE`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ position: 3, metrics: [{ name: "sharpe" }] });
  });

  it.each([
    ["adjusted", "adjusted=true"],
    ["interval", "interval=HOUR"],
  ])("are refused with a fund: %s", async (path, parameter) => {
    const answer = await service.send(`/api/v1/metrics?fundId=${FUND}&${parameter}`);
    expect([answer.status, answer.json()]).toMatchObject([400, { violations: [{ path }] }]);
  });

  it.each([
    ["a name that no metric has", "metrics=SHARPE,NONE"],
    ["no name", "metrics="],
    ["a rate of 100 %", "riskFreeRate=1"],
    ["a rate that is no number", "riskFreeRate=1e9"],
    ["a day that does not exist", "from=2020-02-30"],
    ["a currency that is none", "currency=dollars"],
    ["neither true nor false", "adjusted=perhaps"],
  ])("are refused when they hold %s", async (_what, parameter) => {
    const answer = await service.send(`/api/v1/metrics?instrumentId=${INSTRUMENT}&${parameter}`);
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });
});

describe("indicators", () => {
  const path = `/api/v1/indicators?instrumentId=${INSTRUMENT}&indicators=MACD(fastPeriod=12),OBV`;

  it("are a page of JSON with times, lines and the next page", async () => {
    const answer = await service.send(`${path}&first=2&interval=HOUR`);
    expect(answer.json()).toMatchObject({
      instrumentId: INSTRUMENT,
      currency: "USD",
      times: ["2020-01-02T00:00:00.000Z", "2020-01-03T00:00:00.000Z"],
      series: [{ kind: "MACD", outputs: [{ name: "signal", values: [null, 1.5] }] }, {}],
      nextCursor: "next",
    });
    expect(answer.headers.get("link")).toContain("after=next");
  });

  it("are CSV when it is accepted", async () => {
    const answer = await service.send(path, { headers: { accept: "text/csv" } });
    expect(answer.text.split("\r\n").slice(0, 3)).toEqual([
      "time,MACD(fastPeriod=12).signal,OBV",
      "2020-01-02T00:00:00.000Z,,10",
      "2020-01-03T00:00:00.000Z,1.5,20",
    ]);
  });

  it.each([
    ["an unknown one", "indicators=HOPE"],
    ["a parameter that is none", "indicators=SMA(length=3)"],
    ["none at all", "from=2020-01-01"],
    ["an unknown interval", "indicators=OBV&interval=YEAR"],
  ])("are refused for %s", async (_what, parameters) => {
    const answer = await service.send(
      `/api/v1/indicators?instrumentId=${INSTRUMENT}&${parameters}`,
    );
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });

  it("of an unknown instrument are not found", async () => {
    const answer = await service.send(`/api/v1/indicators?instrumentId=${FUND}&indicators=OBV`);
    expect([answer.status, answer.json()["code"]]).toEqual([404, "INSTRUMENT_NOT_FOUND"]);
  });
});

const computeRisk = (body: object) =>
  service.send("/api/v1/portfolio-risk", sendJson("POST", { currency: "EUR", ...body }));

describe("the risk of a portfolio", () => {
  it("is shared among its holdings", async () => {
    const holdings = [
      { instrumentId: INSTRUMENT, weight: 0.6 },
      { fundId: FUND, weight: 0.4 },
    ];
    const answer = await computeRisk({ holdings, level: 0.99, model: "NORMAL" });
    expect(answer.json()).toMatchObject({
      level: 0.99,
      model: "NORMAL",
      contributions: [
        { instrumentId: INSTRUMENT, fundId: null, volatility: 0.06 },
        { instrumentId: null, fundId: FUND, ownVolatility: 0.1 },
      ],
    });
  });

  it.each([
    ["no holding", { holdings: [] }],
    ["a weight beyond ten", { holdings: [{ fundId: FUND, weight: 11 }] }],
    ["a level below one half", { level: 0.4 }],
    ["a model that is none", { model: "GUESS" }],
  ])("is refused with %s", async (_what, body) => {
    const answer = await computeRisk(body);
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });
});

describe("forecasts", () => {
  it.each([
    ["a fund", `fundId=${FUND}&metric=BALANCE`],
    ["an account", `accountId=${CASH}&metric=CASH`],
    ["an instrument", `instrumentId=${INSTRUMENT}&metric=CASH`],
    ["two at once", `instrumentId=${INSTRUMENT}&fundId=${FUND}`],
  ])("of a series that is not one of %s are refused", async (_what, query) => {
    const answer = await service.send(`/api/v1/forecasts?${query}`);
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
  });

  it("are not sent again to a client that has them, whenever they were made", async () => {
    const path = `/api/v1/forecasts?fundId=${FUND}`;
    const first = await service.send(path);
    const etag = first.headers.get("etag") ?? "";
    const held = await service.send(path, { headers: { "if-none-match": etag } });
    expect([held.status, held.text, held.headers.get("etag")]).toEqual([304, "", etag]);
    const other = await service.send(`${path}&metric=REVENUE`, {
      headers: { "if-none-match": etag },
    });
    expect(other.status).toBe(200);
    const again = await service.send(path);
    expect(again.json()["generatedAt"]).not.toBe(first.json()["generatedAt"]);
  });

  it.each([
    ["a fund's cash by default", `fundId=${FUND}`, "CASH"],
    ["the metric of the request", `fundId=${FUND}&metric=REVENUE&horizon=3`, "REVENUE"],
    ["an account's balance", `accountId=${CASH}`, "BALANCE"],
    ["an instrument's closes", `instrumentId=${INSTRUMENT}&frequency=WEEKLY`, "CLOSE"],
  ])("are of %s", async (_what, query, metric) => {
    const answer = await service.send(`/api/v1/forecasts?${query}`);
    expect(answer.json()).toMatchObject({
      metric,
      level: 0.8,
      points: [{ value: "11.00", lower: "-9.00", upper: "13.00" }],
      backtest: { folds: 6, mase: null, coverageOf80: 0.8, coverageOf95: null },
    });
  });
});
