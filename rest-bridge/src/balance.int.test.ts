import { afterEach, beforeEach, expect, it } from "vitest";
import { sendJson, startHouse } from "./bridge.fixture.ts";
import { CASH } from "./stand-in/sample-values.fixture.ts";

const BALANCE = "/api/v1/balance";

let house: Awaited<ReturnType<typeof startHouse>>;
beforeEach(async () => {
  house = await startHouse();
});
afterEach(() => house.close());

const adjust = (balance: string, headers?: Readonly<Record<string, string>>) =>
  house.ask(BALANCE, sendJson("PATCH", { accountId: CASH, balance, reason: "Count" }, headers));

it("adjusts by a transaction and gives the new version for the next If-Match", async () => {
  const read = await house.ask(`${BALANCE}?accountId=${CASH}`);
  const first = await adjust("11.00", { "if-match": read.headers.get("etag") ?? "" });
  const second = await adjust("12.00", { "if-match": first.headers.get("etag") ?? "" });

  expect([read, first, second].map(({ headers }) => headers.get("etag"))).toEqual([
    '"1"',
    '"2"',
    '"3"',
  ]);
  expect(second.status).toBe(200);
  expect(second.json()).toMatchObject({
    account: { id: CASH, code: "1000", version: 3, balance: { currency: "EUR" } },
    transaction: { description: "Count", entries: [{ accountId: CASH }, {}] },
  });
});

it("refuses the second of two who saw the same version", async () => {
  const seen = { "if-match": '"1"' };
  const winner = await adjust("11.00", seen);
  const loser = await adjust("12.00", seen);

  expect([winner.status, loser.status]).toEqual([200, 412]);
  expect(loser.json()).toMatchObject({ code: "VERSION_CONFLICT" });
  expect(house.graph.stored).toBe(1);
});

it("posts nothing when the balance is right already", async () => {
  const answer = await adjust("10.00");
  expect(answer.json()).toMatchObject({ account: { version: 1 }, transaction: null });
});

it("expects no version without an If-Match and passes the Idempotency-Key on", async () => {
  await adjust("11.00", { "idempotency-key": "count-1" });
  expect(house.graph.seen[0]?.input).toMatchObject({ idempotencyKey: "count-1", balance: "11.00" });
  expect(house.graph.seen[0]?.input).not.toHaveProperty("expectedVersion");
});
