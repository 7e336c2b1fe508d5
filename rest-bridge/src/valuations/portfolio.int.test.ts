import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { SHARE_CLASS } from "../fake-graph/orders.fixture.ts";
import { ISIN, VALUATION } from "../fake-graph/portfolio.fixture.ts";
import { FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const API = "/api/v1";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const get = (path: string, accept = "application/json") =>
  service.send(`${API}/${path}`, { headers: { accept } });
const post = (path: string, body: object, headers = {}) =>
  service.send(`${API}/${path}`, sendJson("POST", body, headers));

const TRADE = {
  isin: ISIN,
  side: "BUY",
  tradeDate: "2026-09-30",
  settlementDate: "2026-10-02",
  quantity: "100",
  price: "92.50",
  reference: "=T-1",
};

it("records trades under the key of the request, and lists them as JSON and CSV", async () => {
  const recorded = await post(
    "trades",
    { fundId: FUND, trades: [TRADE] },
    { "idempotency-key": "k-7" },
  );
  expect(recorded.status).toBe(201);
  expect(service.graph.fields[0]).toMatchObject({ input: { idempotencyKey: "k-7" } });
  const [trade] = recorded.json()["trades"] as object[];
  expect((await get(`trades?fundId=${FUND}&status=BOOKED`)).json()).toEqual({
    items: [trade],
    nextCursor: null,
  });
  const { id } = trade as { readonly id: string };
  expect((await get(`trades/${id}`)).json()).toEqual(trade);
  const csv = (await get(`trades?fundId=${FUND}&all=true`, "text/csv")).text.split("\r\n");
  expect(csv[0]).toContain("id,fundId,side,isin,tradeDate,settlementDate");
  expect(csv[1]).toContain(`BUY,${ISIN},2026-09-30,2026-10-02`);
  expect(csv[1]).toContain("'=T-1");
});

it("refuses what the graph refuses with its code, and a member that there is not", async () => {
  const refused = await post("trades", { fundId: FUND, trades: [{ ...TRADE, side: "SELL" }] });
  expect([refused.status, refused.json()]).toMatchObject([422, { code: "LOTS_EXCEEDED" }]);
  const unknown = await post("trades", { fundId: FUND, trades: [{ ...TRADE, fee: "1" }] });
  expect(unknown.json()).toMatchObject({
    code: "INVALID_INPUT",
    violations: [{ path: "trades.0.fee" }],
  });
  for (const list of ["trades", "positions", "valuations"]) {
    const answer = await get(`${list}?fundId=${UNKNOWN}`);
    expect([answer.status, answer.json()]).toMatchObject([404, { code: "FUND_NOT_FOUND" }]);
  }
  const whole = await get(`positions?fundId=${FUND}&all=true`);
  expect(whole.json()).toMatchObject({ status: 400, code: "INVALID_INPUT" });
});

it("lists positions with their lots, prices and rates, the same in every media type", async () => {
  const positions = await get(`positions?fundId=${FUND}&asOf=2026-09-30`);
  expect(positions.json()).toMatchObject({
    items: [{ isin: ISIN, cost: "9250.00", lots: [{ quantity: "100", cost: "9250.00" }] }],
  });
  const table = await get(`positions?fundId=${FUND}`, "text/csv");
  expect(table.text).toBe(`isin,asOf,quantity,currency,cost\r\n${ISIN},,100,EUR,9250.00\r\n`);
  expect((await get("prices")).json()).toMatchObject({ items: [{ price: "92.50", line: 0 }] });
  expect((await get("prices", "text/csv")).text).toContain("'=XETRA");
  const lines = (await get("exchange-rates?all=true", "application/x-ndjson")).text.split("\n");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ base: "EUR", quote: "USD", rate: "1.0850" });
});

it("records prices and rates", async () => {
  const price = {
    isin: ISIN,
    date: "2026-09-30",
    price: "92.50",
    currency: "EUR",
    kind: "LAST",
    source: "X",
  };
  const prices = await post("prices", { prices: [price, price] });
  expect([prices.status, prices.json()]).toMatchObject([201, { count: 2 }]);
  const rate = { date: "2026-09-30", base: "EUR", quote: "USD", rate: "1.0850", source: "ECB" };
  const rates = await post("exchange-rates", { rates: [rate] });
  expect([rates.status, rates.json()]).toMatchObject([201, { count: 1 }]);
});

it("calculates a NAV, publishes it once, and lists it", async () => {
  const made = await post("valuations", { fundId: FUND, navDate: "2026-09-30" });
  expect([made.status, made.headers.get("location")]).toEqual([
    201,
    `${API}/valuations/${VALUATION}`,
  ]);
  expect(made.json()).toMatchObject({ state: "PREVIEW", classes: [{ navPerUnit: "100.0000" }] });
  const published = await post(`valuations/${VALUATION}/publish`, {});
  expect(published.json()).toMatchObject({ id: VALUATION, state: "PUBLISHED" });
  const again = await post(`valuations/${VALUATION}/publish`, {});
  expect([again.status, again.json()]).toMatchObject([409, { code: "NAV_PUBLISHED" }]);
  const list = await get(`valuations?fundId=${FUND}`);
  expect(list.json()).toMatchObject({ items: [{ state: "PUBLISHED", netAssets: "1000000.00" }] });
  const navs = await get(`navs?classId=${SHARE_CLASS}&from=2026-09-01`);
  expect(navs.json()).toMatchObject({
    items: [{ navPerUnit: "100.0000", valuationId: VALUATION, isin: "QSFUNDA00013" }],
  });
  expect((await get(`navs?classId=${UNKNOWN}`)).json()).toMatchObject({
    code: "SHARE_CLASS_NOT_FOUND",
  });
});

it("downloads the report on a NAV as CSV and as a workbook", async () => {
  const csv = await get(`valuations/${VALUATION}`, "text/csv");
  expect(csv.headers.get("content-disposition")).toContain("nav-2026-09-30.csv");
  expect(csv.text.split("\r\n").map((line) => line.split(",").slice(0, 4))).toEqual([
    ["section", "item", "units", "price"],
    ["FUND", FUND, "", ""],
    ["CLASS", "A", "10000.0000", "100.0000"],
    ["FEE", "MANAGEMENT", "", ""],
    ["RATE", "USD", "1", "1.0850"],
    ["CHECK", "PRICE_STALE", "", ""],
    ["POSITION", ISIN, "100", "93.00"],
    [""],
  ]);
  const workbook = await get(`valuations/${VALUATION}`, XLSX);
  expect(workbook.headers.get("content-type")).toBe(XLSX);
  expect(workbook.text.slice(0, 2)).toBe("PK");
  expect((await get(`valuations/${UNKNOWN}`)).json()).toMatchObject({ status: 404 });
});
