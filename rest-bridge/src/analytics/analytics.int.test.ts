import { afterAll, beforeAll, expect, it } from "vitest";
import { CASH, FUND, INSTRUMENT, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("analyses texts and transactions in the order of the request", async () => {
  const body = { kind: "CATEGORIZE", texts: ["Management fee"], transactionIds: [CASH] };
  const answer = await service.send("/api/v1/analyze", sendJson("POST", body));
  expect(answer.json()).toMatchObject({
    kind: "CATEGORIZE",
    results: [
      { index: 0, text: "Management fee", transactionId: null, sentiment: null },
      { index: 1, transactionId: CASH, category: { code: "MANAGEMENT_FEE", source: "MODEL" } },
    ],
  });
});

it("answers a question with the source of each figure", async () => {
  const body = { kind: "ADVISE", question: "How much cash do we have?", language: "EN" };
  const waiting = sendJson("POST", body, { prefer: "wait=30" });
  const answer = await service.send("/api/v1/analyze", waiting);
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({
    kind: "ADVISE",
    by: "TEMPLATES",
    facts: [{ id: "f1", value: "10.00", metric: "CASH", transactionId: null }],
  });
  const withTexts = await service.send(
    "/api/v1/analyze",
    sendJson("POST", { ...body, texts: ["Fee"] }),
  );
  expect(withTexts.json()).toMatchObject({ code: "INVALID_INPUT" });
});

const predict = (search: string) => service.send(`/api/v1/predictions?${search}`);

it("returns the direction of a price with its horizon, or that there is no such instrument", async () => {
  expect((await predict(`instrumentId=${INSTRUMENT}&horizon=MONTH`)).json()).toEqual({
    instrumentId: INSTRUMENT,
    direction: {
      horizon: "MONTH",
      asOf: "2026-06-30",
      verdict: "NO_EDGE",
      probability: null,
      baseRate: 0.52,
      message: "No edge.",
      method: "logistic regression",
      backTest: null,
    },
  });
  expect((await predict(`instrumentId=${UNKNOWN}`)).json()).toMatchObject({
    code: "INSTRUMENT_NOT_FOUND",
  });
  for (const both of [`instrumentId=${INSTRUMENT}&fundId=${FUND}`, `fundId=${FUND}&horizon=DAY`]) {
    expect((await predict(both)).json()).toMatchObject({ code: "INVALID_INPUT" });
  }
});

it("refuses the predictions when they are not up to date, although the graph answers null", async () => {
  const answer = await service.send(`/api/v1/predictions?fundId=${FUND}`);
  expect(answer.json()).toMatchObject({ code: "CONSISTENCY_TIMEOUT", status: 503 });
});

it("returns the categories to confirm and the cash flows to expect", async () => {
  await service.send("/api/v1/transactions", sendJson("POST", posting()));
  const answer = await service.send(`/api/v1/predictions?fundId=${FUND}`);
  expect(answer.json()).toMatchObject({
    fundId: FUND,
    awaitingReview: { items: [{ description: "Fee" }], nextCursor: null },
    expectedCashFlows: [
      {
        direction: "OUT",
        amount: { amount: "10.00", currency: "EUR" },
        category: { code: "MANAGEMENT_FEE" },
        evidence: [{ amount: { amount: "10.00" } }],
      },
    ],
  });
});
