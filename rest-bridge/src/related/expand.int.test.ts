import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CASH, FEES, FUND } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

let service: OpenService;
let transactionId: string;
beforeAll(async () => {
  service = await openService();
  const answer = await service.send("/api/v1/transactions", sendJson("POST", posting()));
  transactionId = String(answer.json()["id"]);
});
beforeEach(() => {
  service.graph.fields.length = 0;
});
afterAll(() => service.close());

const LEDGER = `/api/v1/ledger?fundId=${FUND}`;
const lookedUp = () =>
  service.graph.fields.flatMap(({ field, input }) =>
    field === "nodes" ? [(input as { ids: string[] }).ids] : [],
  );

describe("expand", () => {
  it("adds what ids name beside them, each looked up once", async () => {
    const answer = await service.send(`${LEDGER}&expand=items.account,items.fund`);
    expect(answer.status).toBe(200);
    expect(answer.json()["items"]).toMatchObject([
      {
        accountId: FEES,
        account: { id: FEES, code: "5000", balance: { amount: "10.00", currency: "EUR" } },
        fund: { id: FUND, currency: "EUR" },
      },
      { accountId: CASH, account: { id: CASH }, fund: { id: FUND } },
    ]);
    expect(answer.text).not.toContain("__typename");
    expect(lookedUp().map((ids) => new Set(ids))).toEqual([new Set([FEES, FUND, CASH])]);
  });

  it("leads through one related thing to another", async () => {
    const answer = await service.send(`${LEDGER}&first=1&expand=items.account.fund`);
    expect(answer.json()["items"]).toMatchObject([{ account: { fund: { id: FUND } } }]);
    expect(lookedUp()).toEqual([[FEES], [FUND]]);
  });

  it("works on one thing and its parts, with `fields`", async () => {
    const path = `/api/v1/transactions/${transactionId}?expand=entries.account,fund`;
    const { json } = await service.send(`${path}&fields=fund.name,entries.account.code`);
    expect(json()).toEqual({
      fund: { name: expect.any(String) as string },
      entries: [{ account: { code: "5000" } }, { account: { code: "1000" } }],
    });
  });

  it("has a tag of its own, so that a change of what is related is seen", async () => {
    const plain = await service.send(`/api/v1/balance?accountId=${CASH}`);
    const path = `/api/v1/balance?accountId=${CASH}&expand=fund`;
    const expanded = await service.send(path);
    const etag = expanded.headers.get("etag") ?? "";
    expect(etag).not.toBe(plain.headers.get("etag"));
    expect((await service.send(path, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it.each([
    ["items", "leads to nothing related"],
    ["items.id", "leads to nothing related"],
    ["account", "leads to nothing related"],
    ["items.shareClass", "leads to nothing related"],
    ["items.account.constructor", "leads to nothing related"],
    ["items.transaction.entries.account.fund", "passes more than 2"],
    ["items..account", "leads to nothing related"],
    ["a,".repeat(11), "up to 10 paths"],
  ])("is refused when it is %s", async (paths, why) => {
    const answer = await service.send(`${LEDGER}&expand=${paths}`);
    expect([answer.status, answer.json()["code"]]).toEqual([400, "INVALID_INPUT"]);
    expect(answer.text).toContain(why);
  });

  it("is refused for an answer that is not JSON, and where nothing is related", async () => {
    const csv = await service.send(`${LEDGER}&expand=items.account`, {
      headers: { accept: "text/csv" },
    });
    expect(csv.status).toBe(400);
    const metrics = await service.send(`/api/v1/metrics?fundId=${FUND}&expand=fund`);
    expect(metrics.json()).toMatchObject({ violations: [{ path: "expand" }] });
  });
});
