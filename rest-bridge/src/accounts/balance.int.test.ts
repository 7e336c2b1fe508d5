import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { CASH } from "../fake-graph/sample-values.fixture.ts";
import { openService, sendJson, type OpenService } from "../service.fixture.ts";

const BALANCE = "/api/v1/balance";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const adjust = (balance: string, headers?: Readonly<Record<string, string>>) =>
  service.send(BALANCE, sendJson("PATCH", { accountId: CASH, balance, reason: "Count" }, headers));

it("adjusts by a transaction and returns the version for the next If-Match", async () => {
  const read = await service.send(`${BALANCE}?accountId=${CASH}`);
  const first = await adjust("11.00", { "if-match": read.headers.get("etag") ?? "" });
  const second = await adjust("12.00", { "if-match": first.headers.get("etag") ?? "" });

  const tags = [read, first, second].map(({ headers }) => headers.get("etag"));
  expect(tags).toEqual(['"1"', '"2"', '"3"']);
  expect(second.status).toBe(200);
  expect(second.json()).toMatchObject({
    account: { id: CASH, code: "1000", version: 3, balance: { currency: "EUR" } },
    transaction: { description: "Count", entries: [{ accountId: CASH }, {}] },
  });
});

it("refuses the second adjustment when two clients read the same version", async () => {
  const sameVersion = { "if-match": '"1"' };
  const first = await adjust("11.00", sameVersion);
  const second = await adjust("12.00", sameVersion);

  expect([first.status, second.status]).toEqual([200, 412]);
  expect(second.json()).toMatchObject({ code: "VERSION_CONFLICT" });
  expect(service.graph.stored).toBe(1);
});

it("posts nothing when the account has the balance already", async () => {
  const answer = await adjust("10.00");
  expect(answer.json()).toMatchObject({ account: { version: 1 }, transaction: null });
});

it("expects no version when If-Match is absent, and passes the Idempotency-Key on", async () => {
  await adjust("11.00", { "idempotency-key": "count-1" });
  const [received] = service.graph.fields;
  expect(received?.input).toMatchObject({ idempotencyKey: "count-1", balance: "11.00" });
  expect(received?.input).not.toHaveProperty("expectedVersion");
});
