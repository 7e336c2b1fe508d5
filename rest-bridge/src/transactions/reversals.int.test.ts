import { afterAll, beforeAll, expect, it } from "vitest";
import { UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

const TRANSACTIONS = "/api/v1/transactions";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

it("posts a reversal and links it with the original", async () => {
  const posted = await service.send(TRANSACTIONS, sendJson("POST", posting()));
  const original = posted.headers.get("location") ?? "";
  const headers = { "idempotency-key": "back" };
  const answer = await service.send(`${original}/reversal`, sendJson("POST", {}, headers));

  expect(answer.status).toBe(201);
  expect(answer.json()).toMatchObject({ reverses: posted.json()["id"], reversedBy: [] });
  expect(service.graph.fields.at(-1)).toMatchObject({ input: { idempotencyKey: "back" } });
  const reversed = await service.send(original);
  expect(reversed.json()).toMatchObject({ reverses: null, reversedBy: [answer.json()["id"]] });
  const location = answer.headers.get("location") ?? "";
  expect((await service.send(location)).json()).toEqual(answer.json());

  const again = await service.send(`${original}/reversal`, { method: "POST" });
  expect(again.json()).toMatchObject({ code: "ALREADY_REVERSED", status: 409 });
});

it("reverses a part by amount or by entries", async () => {
  const posted = await service.send(TRANSACTIONS, sendJson("POST", posting()));
  const path = `${posted.headers.get("location")}/reversal`;
  const part = await service.send(path, sendJson("POST", { amount: "2.00" }));
  expect(part.json()).toMatchObject({ entries: [{ amount: "2.00" }, { amount: "2.00" }] });
  const { entries } = posting();
  await service.send(path, sendJson("POST", { entries }));
  expect(service.graph.fields.at(-1)).toMatchObject({ input: { entries } });
});

it("answers 404 when the transaction does not exist", async () => {
  const answer = await service.send(`${TRANSACTIONS}/${UNKNOWN}/reversal`, { method: "POST" });
  expect(answer.json()).toMatchObject({ code: "TRANSACTION_NOT_FOUND", status: 404 });
});
