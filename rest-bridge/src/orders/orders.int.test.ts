import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { DEALT, INVESTOR, INVESTORS, SHARE_CLASS } from "../fake-graph/orders.fixture.ts";
import { FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const ORDERS = "/api/v1/orders";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const newOrder = {
  kind: "SUBSCRIPTION",
  classId: SHARE_CLASS,
  investorId: INVESTOR,
  amount: "50000.00",
};
const place = (changes: object = {}, headers = {}) =>
  service.send(ORDERS, sendJson("POST", { ...newOrder, ...changes }, headers));

it("places an order with 201 and a Location that returns the same", async () => {
  const answer = await place({ reference: "=1+1" }, { "idempotency-key": "k-1" });
  expect(answer.status).toBe(201);
  expect(answer.json()).toMatchObject({
    fundId: FUND,
    state: "ACCEPTED",
    amount: "50000.00",
    units: null,
    dealingDate: "2026-10-15",
    settlementDate: "2026-10-20",
  });
  const again = await service.send(answer.headers.get("location") ?? "");
  expect(again.json()).toEqual(answer.json());
  expect(service.graph.fields[0]).toMatchObject({
    field: "placeOrder",
    input: { idempotencyKey: "k-1" },
  });
});

it("refuses what a gate refuses with its code, and an unknown member", async () => {
  const refused = await place({ kind: "REDEMPTION", amount: undefined, units: "1" });
  expect([refused.status, refused.json()]).toMatchObject([422, { code: "INSUFFICIENT_UNITS" }]);
  const unknown = await place({ price: "100" });
  expect([unknown.status, unknown.json()]).toMatchObject([400, { code: "INVALID_INPUT" }]);
  const missing = await service.send(`${ORDERS}/${UNKNOWN}`);
  expect([missing.status, missing.json()]).toMatchObject([404, { code: "ORDER_NOT_FOUND" }]);
});

it("places many, all or what it can", async () => {
  const orders = [newOrder, { ...newOrder, kind: "REDEMPTION" }];
  const atomic = await service.send(ORDERS, sendJson("POST", { orders }));
  expect([atomic.status, atomic.json()]).toMatchObject([422, { code: "BULK_REFUSED" }]);
  const some = await service.send(ORDERS, sendJson("POST", { orders, mode: "INDEPENDENT" }));
  expect(some.status).toBe(207);
  expect(some.json()).toMatchObject({
    results: [{ error: null }, { error: { code: "INSUFFICIENT_UNITS" } }],
  });
});

it("cancels an order once", async () => {
  const order = (await place()).headers.get("location") ?? "";
  const cancel = () => service.send(`${order}/cancel`, sendJson("POST", { reason: "Twice" }));
  expect((await cancel()).json()).toMatchObject({ state: "CANCELLED", reason: "Twice" });
  const again = await cancel();
  expect([again.status, again.json()]).toMatchObject([409, { code: "ORDER_STATE" }]);
});

it("lists the orders of a fund, holdings, and a statement as JSON and CSV", async () => {
  await place({ reference: "=1+1" });
  const list = await service.send(`${ORDERS}?fundId=${FUND}&state=ACCEPTED`);
  expect(list.json()).toMatchObject({ items: [{ isin: "QSFUNDA00013" }], nextCursor: null });
  const held = await service.send(`/api/v1/holdings?classId=${SHARE_CLASS}&asOf=2026-10-15`);
  expect(held.json()).toMatchObject({ items: [{ units: "494.4091", investorId: INVESTOR }] });
  expect((await service.send("/api/v1/holdings")).status).toBe(400);
  const path = `/api/v1/investors/${INVESTOR}/statement`;
  const statement = await service.send(path);
  expect(statement.json()).toMatchObject({ holdings: [{ units: "494.4091" }], orders: [{}] });
  expect(statement.json()).toMatchObject({
    holdings: [{ className: "Class A", navPerUnit: "100.0000", value: "49440.91", note: null }],
    notes: ["Orders wait to be dealt."],
  });
  const csv = await service.send(path, { headers: { accept: "text/csv" } });
  const [titles, first] = csv.text.split("\r\n");
  expect(titles).toMatch(/,unitsHeld,note$/);
  expect(first).toMatch(/'=1\+1.*,494\.4091,Waits for the NAV of 2026-10-15\.$/);
});

it("writes on the statement of who holds and ordered nothing that it is so", async () => {
  const path = `/api/v1/investors/${INVESTORS[1]?.id ?? ""}/statement`;
  const notes = ["No units are held.", "No orders were placed."];
  expect((await service.send(path)).json()).toMatchObject({ holdings: [], orders: [], notes });
  const csv = await service.send(path, { headers: { accept: "text/csv" } });
  expect(csv.text.split("\r\n")[1]).toMatch(/^,+No units are held\. No orders were placed\.$/);
  const document = await service.send(path, { headers: { accept: "application/pdf" } });
  expect(document.text.startsWith("%PDF-1.")).toBe(true);
});

it("streams the statements of all investors of a fund as CSV", async () => {
  const path = `/api/v1/investor-statements?fundId=${FUND}&from=2026-10-01&to=2026-10-31`;
  const page = await service.send(`${path}&first=2`);
  expect(page.json()).toMatchObject({ items: [{ kind: "OPENING" }, { units: "494.4091" }] });
  const csv = await service.send(`${path}&all=true`, { headers: { accept: "text/csv" } });
  const [titles, ...lines] = csv.text.trimEnd().split("\r\n");
  expect(titles).toBe(
    "accountId,investorId,reference,classId,isin,kind,date,description,units,balance,price,navDate,currency,amount,charge,reason",
  );
  expect(lines.map((line) => line.split(",").slice(2))).toEqual([
    [
      "'=I-1",
      SHARE_CLASS,
      "QSFUNDA00013",
      "OPENING",
      "2026-09-30",
      "",
      "",
      "0.0000",
      "",
      "",
      "EUR",
      "",
      "",
      "NO_NAV",
    ],
    [
      "'=I-1",
      SHARE_CLASS,
      "QSFUNDA00013",
      "MOVEMENT",
      "2026-10-15",
      "Subscription of class A",
      "494.4091",
      "494.4091",
      "101.1309",
      "",
      "EUR",
      "50000.00",
      "0.00",
      "",
    ],
    [
      "'=I-1",
      SHARE_CLASS,
      "QSFUNDA00013",
      "CLOSING",
      "2026-10-31",
      "",
      "",
      "494.4091",
      "101.1309",
      "2026-10-15",
      "EUR",
      "50000.04",
      "",
      "",
    ],
  ]);
  const open = await service.send(`/api/v1/investor-statements?fundId=${FUND}`);
  expect([open.status, open.json()]).toMatchObject([400, { code: "INVALID_INPUT" }]);
});

it("writes a statement and the contract note of a dealt order as PDF", async () => {
  const waiting = (await place()).headers.get("location") ?? "";
  const pdf = { headers: { accept: "application/pdf" } };
  const refused = await service.send(waiting, pdf);
  expect([refused.status, refused.json()]).toMatchObject([409, { code: "ORDER_STATE" }]);
  const dealt = (await place({ reference: DEALT })).headers.get("location") ?? "";
  for (const path of [dealt, `/api/v1/investors/${INVESTOR}/statement?asOf=2026-10-15`]) {
    const document = await service.send(path, pdf);
    expect([document.status, document.headers.get("content-type")]).toEqual([
      200,
      "application/pdf",
    ]);
    expect(document.text.startsWith("%PDF-1.")).toBe(true);
    expect(document.text.trimEnd().endsWith("%%EOF")).toBe(true);
  }
  const csv = await service.send(dealt, { headers: { accept: "text/csv" } });
  expect(csv.text.split("\r\n")[1]).toContain("DEALT");
  const { authorization } = await service.issuer.headers({ scopes: ["ledger:read"] });
  service.graph.fields.length = 0;
  await service.send(dealt, { headers: { ...pdf.headers, authorization } });
  expect(service.graph.fields.map(({ field }) => field)).toEqual(["order"]);
});
