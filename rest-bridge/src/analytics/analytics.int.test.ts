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
        lowAmount: { amount: "10.00", currency: "EUR" },
        highAmount: { amount: "10.00", currency: "EUR" },
        amountChange: {
          from: { amount: "8.00", currency: "EUR" },
          to: { amount: "10.00", currency: "EUR" },
        },
        category: { code: "MANAGEMENT_FEE" },
        evidence: [{ date: "2026-06-30", amount: { amount: "10.00", currency: "EUR" } }],
      },
    ],
  });
  for (const evidence of ["7", "-1", "all"]) {
    const refused = await service.send(`/api/v1/predictions?fundId=${FUND}&evidence=${evidence}`);
    expect(refused.json()).toMatchObject({ code: "INVALID_INPUT" });
  }
});

const NEWS = {
  headline: "Costs fell",
  publishedAt: "2026-06-30T07:00:00.000Z",
  source: "Newswire",
};
const post = (more: object) =>
  service.send("/api/v1/news", sendJson("POST", { ...NEWS, ...more }, { "idempotency-key": "n1" }));

it("stores news about a fund or an instrument once, with its tone", async () => {
  const stored = await post({ fundId: FUND });
  expect([stored.status, stored.json()]).toMatchObject([
    201,
    { duplicate: false, item: { headline: "Costs fell", sentiment: { label: "POSITIVE" } } },
  ]);
  expect(service.graph.fields.at(-1)).toMatchObject({
    field: "postNews",
    input: { fundId: FUND, idempotencyKey: "n1" },
  });
  const known = await post({ instrumentId: INSTRUMENT, headline: "Profit rose" });
  expect([known.status, known.json()["duplicate"]]).toEqual([200, true]);
  for (const subject of [{}, { fundId: FUND, instrumentId: INSTRUMENT }]) {
    expect((await post(subject)).json()).toMatchObject({ code: "INVALID_INPUT" });
  }
});

it("reads news and their tone by day, of what exists", async () => {
  const period = "from=2026-06-01&to=2026-06-30";
  for (const subject of [`fundId=${FUND}`, `instrumentId=${INSTRUMENT}`]) {
    const page = await service.send(`/api/v1/news?${subject}`);
    expect(page.json()).toMatchObject({ items: [{ headline: "Profit rose" }], nextCursor: null });
    const days = await service.send(`/api/v1/news-sentiment?${subject}&${period}`);
    expect(days.json()).toEqual({ days: [{ date: "2026-06-30", count: 1, meanScore: 0.8 }] });
  }
  const unknown = await service.send(`/api/v1/news?fundId=${UNKNOWN}`);
  expect(unknown.json()).toMatchObject({ code: "FUND_NOT_FOUND" });
  const undated = await service.send(`/api/v1/news-sentiment?fundId=${FUND}`);
  expect(undated.json()).toMatchObject({ code: "INVALID_INPUT" });
});
