import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sendJson, startHouse } from "./bridge.fixture.ts";
import { CASH, FEES, FUND, UNKNOWN } from "./stand-in/sample-values.fixture.ts";

const HOLDS = "/api/v1/holds";

let house: Awaited<ReturnType<typeof startHouse>>;
beforeEach(async () => {
  house = await startHouse();
});
afterEach(() => house.close());

const newHold = { accountId: CASH, amount: "10.00", contraAccountId: FEES, description: "Fee" };
const place = (changes: object = {}, headers = {}) =>
  house.ask(HOLDS, sendJson("POST", { ...newHold, ...changes }, headers));

async function placed(): Promise<string> {
  return (await place()).headers.get("location") ?? "";
}

it("is placed with 201, and its Location reads the same", async () => {
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
  const again = await house.ask(answer.headers.get("location") ?? "");
  expect(again.json()).toEqual(answer.json());
});

it("passes the Idempotency-Key on with every order", async () => {
  const headers = { "idempotency-key": "k-1" };
  const hold = (await place({}, headers)).headers.get("location") ?? "";
  await house.ask(`${hold}/capture`, sendJson("POST", { amount: "1.00" }, headers));
  await house.ask(`${hold}/void`, sendJson("POST", {}, headers));
  const orders = house.graph.seen.map(({ field, input }) => [field, input]);
  expect(orders).toMatchObject([
    ["placeHold", { idempotencyKey: "k-1" }],
    ["captureHold", { idempotencyKey: "k-1", amount: "1.00", releaseRest: false }],
    ["voidHold", { idempotencyKey: "k-1" }],
  ]);
});

describe("a capture", () => {
  it("posts a part and keeps the rest", async () => {
    const hold = await placed();
    const answer = await house.ask(`${hold}/capture`, sendJson("POST", { amount: "4.00" }));
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({
      hold: { captured: "4.00", remaining: "6.00", status: "ACTIVE" },
      transaction: { entries: [{ accountId: FEES, amount: "4.00" }, { accountId: CASH }] },
    });
    expect((await house.ask(answer.headers.get("location") ?? "")).status).toBe(200);
  });

  it("without a body takes all", async () => {
    const answer = await house.ask(`${await placed()}/capture`, { method: "POST" });
    expect(answer.json()).toMatchObject({ hold: { captured: "10.00", status: "CAPTURED" } });
  });

  it("of more than is held is refused, as is one of what is over", async () => {
    const hold = await placed();
    const capture = (amount: string) => house.ask(`${hold}/capture`, sendJson("POST", { amount }));
    expect((await capture("10.01")).json()).toMatchObject({ code: "HOLD_EXCEEDED", status: 422 });
    await house.ask(`${hold}/void`, { method: "POST" });
    expect((await capture("1.00")).json()).toMatchObject({ code: "HOLD_NOT_ACTIVE", status: 409 });
  });
});

it("is set free with a reason", async () => {
  const answer = await house.ask(`${await placed()}/void`, sendJson("POST", { reason: "Late" }));
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ remaining: "0.00", status: "VOIDED" });
  expect(house.graph.seen.at(-1)).toMatchObject({ input: { reason: "Late" } });
});

it("is listed with its account, newest first, page by page", async () => {
  for (const amount of ["1.00", "2.00", "3.00"]) await place({ amount });
  const first = await house.ask(`${HOLDS}?accountId=${CASH}&first=2`);
  const next = /^<([^>]+)>/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  const last = await house.ask(next);
  expect(first.json()).toMatchObject({ items: [{ amount: "3.00" }, { amount: "2.00" }] });
  expect(last.json()).toMatchObject({ items: [{ amount: "1.00" }], nextCursor: null });
});

it.each([
  ["a hold", `${HOLDS}/${UNKNOWN}`, undefined, "HOLD_NOT_FOUND"],
  ["an account's holds", `${HOLDS}?accountId=${UNKNOWN}`, undefined, "ACCOUNT_NOT_FOUND"],
  ["a capture", `${HOLDS}/${UNKNOWN}/capture`, { method: "POST" }, "HOLD_NOT_FOUND"],
  ["a void", `${HOLDS}/${UNKNOWN}/void`, { method: "POST" }, "HOLD_NOT_FOUND"],
])("%s that does not exist is 404", async (_what, path, init, code) => {
  expect((await house.ask(path, init)).json()).toMatchObject({ code, status: 404 });
});

it.each([
  ["an instant that is none", { expiresAt: "2026-13-01T00:00:00Z" }],
  ["an instant with an offset", { expiresAt: "2026-07-01T00:00:00+02:00" }],
  ["an amount as a number", { amount: 1 }],
  ["no description", { description: "" }],
  ["an unknown field", { tenantId: UNKNOWN }],
])("refuses %s", async (_what, changes) => {
  expect((await place(changes)).json()).toMatchObject({ code: "INVALID_INPUT", status: 400 });
});
