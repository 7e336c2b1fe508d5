import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CASH, FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const HOLDS = "/api/v1/holds";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const newHold = { accountId: CASH, amount: "10.00", contraAccountId: FEES, description: "Fee" };
const place = (changes: object = {}, headers = {}) =>
  service.send(HOLDS, sendJson("POST", { ...newHold, ...changes }, headers));

/** The address of a hold that was just placed. */
async function placed(): Promise<string> {
  return (await place()).headers.get("location") ?? "";
}

it("places a hold with 201 and a Location that returns the same", async () => {
  const answer = await place({ expiresAt: "2026-07-31T17:00:00Z", reference: "R-1" });
  expect(answer.status).toBe(201);
  expect(answer.json()).toMatchObject({
    fundId: FUND,
    accountId: CASH,
    contraAccountId: FEES,
    amount: "10.00",
    captured: "0.00",
    remaining: "10.00",
    currency: "EUR",
    status: "ACTIVE",
    expiresAt: "2026-07-31T17:00:00Z",
    reference: "R-1",
  });
  const again = await service.send(answer.headers.get("location") ?? "");
  expect(again.json()).toEqual(answer.json());
});

it("passes the Idempotency-Key on with every write", async () => {
  const headers = { "idempotency-key": "k-1" };
  const hold = (await place({}, headers)).headers.get("location") ?? "";
  await service.send(`${hold}/capture`, sendJson("POST", { amount: "1.00" }, headers));
  await service.send(`${hold}/void`, sendJson("POST", {}, headers));
  const received = service.graph.fields.map(({ field, input }) => [field, input]);
  expect(received).toMatchObject([
    ["placeHold", { idempotencyKey: "k-1" }],
    ["captureHold", { idempotencyKey: "k-1", amount: "1.00", releaseRest: false }],
    ["voidHold", { idempotencyKey: "k-1" }],
  ]);
});

describe("a capture", () => {
  it("posts a part and keeps the rest reserved", async () => {
    const hold = await placed();
    const answer = await service.send(`${hold}/capture`, sendJson("POST", { amount: "4.00" }));
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({
      hold: { captured: "4.00", remaining: "6.00", status: "ACTIVE" },
      transaction: { entries: [{ accountId: FEES, amount: "4.00" }, { accountId: CASH }] },
    });
    expect((await service.send(answer.headers.get("location") ?? "")).status).toBe(200);
  });

  it("takes all of the hold when it has no body, or an empty one with a type", async () => {
    const typed = { body: "", headers: { "content-type": "application/json" } };
    for (const init of [{}, typed]) {
      const answer = await service.send(`${await placed()}/capture`, { method: "POST", ...init });
      expect(answer.json()).toMatchObject({ hold: { captured: "10.00", status: "CAPTURED" } });
    }
  });

  it("is refused when the hold reserves less, or nothing any more", async () => {
    const hold = await placed();
    const capture = (amount: string) =>
      service.send(`${hold}/capture`, sendJson("POST", { amount }));
    expect((await capture("10.01")).json()).toMatchObject({ code: "HOLD_EXCEEDED", status: 422 });
    await service.send(`${hold}/void`, { method: "POST" });
    expect((await capture("1.00")).json()).toMatchObject({ code: "HOLD_NOT_ACTIVE", status: 409 });
  });
});

it("voids a hold with a reason", async () => {
  const voided = await service.send(`${await placed()}/void`, sendJson("POST", { reason: "Late" }));
  expect(voided.status).toBe(200);
  expect(voided.json()).toMatchObject({ remaining: "0.00", status: "VOIDED" });
  expect(service.graph.fields.at(-1)).toMatchObject({ input: { reason: "Late" } });
});

it("lists the holds of an account, newest first, page by page", async () => {
  for (const amount of ["1.00", "2.00", "3.00"]) await place({ amount });
  const first = await service.send(`${HOLDS}?accountId=${CASH}&first=2`);
  const next = /^<([^>]+)>/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  const last = await service.send(next);
  expect(first.json()).toMatchObject({ items: [{ amount: "3.00" }, { amount: "2.00" }] });
  expect(last.json()).toMatchObject({ items: [{ amount: "1.00" }], nextCursor: null });
});

it.each([
  ["a hold", `${HOLDS}/${UNKNOWN}`, undefined, "HOLD_NOT_FOUND"],
  ["an account's holds", `${HOLDS}?accountId=${UNKNOWN}`, undefined, "ACCOUNT_NOT_FOUND"],
  ["a capture", `${HOLDS}/${UNKNOWN}/capture`, { method: "POST" }, "HOLD_NOT_FOUND"],
  ["a void", `${HOLDS}/${UNKNOWN}/void`, { method: "POST" }, "HOLD_NOT_FOUND"],
])("answers %s with 404 when it does not exist", async (_what, path, init, code) => {
  expect((await service.send(path, init)).json()).toMatchObject({ code, status: 404 });
});

it.each([
  ["an expiry that is no instant", { expiresAt: "2026-13-01T00:00:00Z" }],
  ["an expiry with an offset", { expiresAt: "2026-07-01T00:00:00+02:00" }],
  ["an amount as a number", { amount: 1 }],
  ["no description", { description: "" }],
  ["an unknown field", { tenantId: UNKNOWN }],
])("refuses a hold with %s", async (_what, changes) => {
  expect((await place(changes)).json()).toMatchObject({ code: "INVALID_INPUT", status: 400 });
});
