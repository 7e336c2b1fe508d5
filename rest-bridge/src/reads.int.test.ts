import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { posting, sendJson, startHouse } from "./bridge.fixture.ts";
import { CASH, FUND, INSTRUMENT } from "./stand-in/sample-values.fixture.ts";

const CSV = { headers: { accept: "text/csv" } };
const HEADER =
  "id,transactionId,fundId,position,effectiveDate,recordedAt,description,reference,accountId,accountCode,accountName,side,amount,currency,balanceAfter";

let house: Awaited<ReturnType<typeof startHouse>>;
beforeAll(async () => {
  house = await startHouse();
  for (const description of ["Fee, June", "=2+3", "Last"]) {
    await house.ask("/api/v1/transactions", sendJson("POST", posting({ description })));
  }
});
afterAll(() => house.close());

interface Page {
  readonly items: { readonly id: string }[];
  readonly nextCursor: string | null;
}

describe("the ledger", () => {
  it("is read to its end by nextCursor, each entry once", async () => {
    const ids: unknown[] = [];
    let after = "";
    let pages = 0;
    for (; after !== "end"; pages++) {
      const path = `/api/v1/ledger?fundId=${FUND}&first=4${after === "" ? "" : `&after=${after}`}`;
      const page = (await house.ask(path)).json() as unknown as Page;
      ids.push(...page.items.map(({ id }) => id));
      after = page.nextCursor ?? "end";
    }
    expect(pages).toBe(2);
    expect(new Set(ids).size).toBe(6);
  });

  it("links to the next page, which keeps the filter", async () => {
    const first = await house.ask(`/api/v1/ledger?fundId=${FUND}&first=5`);
    const link = first.headers.get("link") ?? "";
    const next = /^<([^>]+)>; rel="next"$/.exec(link)?.[1] ?? "";
    const last = await house.ask(next);

    expect(last.json()).toMatchObject({
      items: [{ description: "Last", accountId: CASH }],
      nextCursor: null,
    });
    expect(last.headers.get("link")).toBeNull();
  });

  it("comes as CSV when that is asked for, safe to open in a spreadsheet", async () => {
    const answer = await house.ask(`/api/v1/ledger?fundId=${FUND}`, CSV);
    const lines = answer.text.split("\r\n");

    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("vary")).toBe("accept");
    expect(lines).toHaveLength(8);
    expect(lines[0]).toBe(HEADER);
    expect(lines[1]).toContain('"Fee, June"');
    expect(lines[3]).toContain("'=2+3,");
    expect(lines[2]).toContain(`"'=HYPERLINK(""evil"")"`);
    expect(lines[2]).toMatch(/,CREDIT,10\.00,EUR,-10\.00$/);
  });

  it("prefers what the client prefers", async () => {
    const headers = { accept: "text/csv;q=0.5, application/json" };
    const answer = await house.ask("/api/v1/ledger", { headers });
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  });
});

describe("figures", () => {
  it("of a fund come with method and inputs, a missing one with its reason", async () => {
    const answer = await house.ask(`/api/v1/metrics?fundId=${FUND}`);
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
  ])("of %s are given by its id", async (_what, query, expected) => {
    const answer = await house.ask(`/api/v1/metrics?${query}`);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      ...expected,
      metrics: [{ name: "sharpe", value: 0.25 }],
    });
  });

  it.each([
    ["a fund's cash by default", `fundId=${FUND}`, "CASH"],
    ["the metric that is asked for", `fundId=${FUND}&metric=REVENUE&horizon=3`, "REVENUE"],
    ["an account's balance", `accountId=${CASH}`, "BALANCE"],
  ])("ahead are of %s", async (_what, query, metric) => {
    const answer = await house.ask(`/api/v1/forecasts?${query}`);
    expect(answer.json()).toMatchObject({
      metric,
      level: 0.8,
      points: [{ value: "11.00", lower: "-9.00", upper: "13.00" }],
      backtest: { folds: 6, mase: null },
    });
  });
});

describe("analytics", () => {
  it("analyses texts and transactions in the order of the request", async () => {
    const body = { kind: "CATEGORIZE", texts: ["Management fee"], transactionIds: [CASH] };
    const answer = await house.ask("/api/v1/analyze", sendJson("POST", body));
    expect(answer.json()).toMatchObject({
      kind: "CATEGORIZE",
      results: [
        { index: 0, text: "Management fee", transactionId: null, sentiment: null },
        { index: 1, transactionId: CASH, category: { code: "MANAGEMENT_FEE", source: "MODEL" } },
      ],
    });
  });

  it("tells what waits for a person and which cash flows to expect", async () => {
    const answer = await house.ask(`/api/v1/predictions?fundId=${FUND}`);
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
});
