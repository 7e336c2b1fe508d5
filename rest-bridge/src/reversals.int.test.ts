import { afterAll, beforeAll, expect, it } from "vitest";
import { posting, sendJson, startHouse } from "./bridge.fixture.ts";
import { UNKNOWN } from "./stand-in/sample-values.fixture.ts";

const TRANSACTIONS = "/api/v1/transactions";

let house: Awaited<ReturnType<typeof startHouse>>;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.close());

it("is a transaction of its own, and both know each other", async () => {
  const posted = await house.ask(TRANSACTIONS, sendJson("POST", posting()));
  const original = posted.headers.get("location") ?? "";
  const headers = { "idempotency-key": "back" };
  const answer = await house.ask(`${original}/reversal`, sendJson("POST", {}, headers));

  expect(answer.status).toBe(201);
  expect(answer.json()).toMatchObject({ reverses: posted.json()["id"], reversedBy: [] });
  expect(house.graph.seen.at(-1)).toMatchObject({ input: { idempotencyKey: "back" } });
  const before = await house.ask(original);
  expect(before.json()).toMatchObject({ reverses: null, reversedBy: [answer.json()["id"]] });
  const location = answer.headers.get("location") ?? "";
  expect((await house.ask(location)).json()).toEqual(answer.json());

  const again = await house.ask(`${original}/reversal`, { method: "POST" });
  expect(again.json()).toMatchObject({ code: "ALREADY_REVERSED", status: 409 });
});

it("takes a part, by amount or by entries", async () => {
  const posted = await house.ask(TRANSACTIONS, sendJson("POST", posting()));
  const path = `${posted.headers.get("location")}/reversal`;
  const part = await house.ask(path, sendJson("POST", { amount: "2.00" }));
  expect(part.json()).toMatchObject({ entries: [{ amount: "2.00" }, { amount: "2.00" }] });
  const { entries } = posting();
  await house.ask(path, sendJson("POST", { entries }));
  expect(house.graph.seen.at(-1)).toMatchObject({ input: { entries } });
});

it("of a transaction that does not exist is 404", async () => {
  const answer = await house.ask(`${TRANSACTIONS}/${UNKNOWN}/reversal`, { method: "POST" });
  expect(answer.json()).toMatchObject({ code: "TRANSACTION_NOT_FOUND", status: 404 });
});
