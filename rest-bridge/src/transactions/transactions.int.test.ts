import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CASH, FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, sendJson, type OpenService } from "../service.fixture.ts";

const TRANSACTIONS = "/api/v1/transactions";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const post = (body: object, headers = {}) =>
  service.send(TRANSACTIONS, sendJson("POST", body, headers));

describe("posting one transaction", () => {
  it("answers 201 with the stored transaction and a Location that returns the same", async () => {
    const sent = posting({ reference: "INV-1", metadata: { desk: "a", deep: { n: 1.5 } } });
    const posted = await post(sent);

    expect(posted.status).toBe(201);
    expect(posted.json()).toMatchObject({
      fundId: FUND,
      position: 4,
      reference: "INV-1",
      metadata: { desk: "a", deep: { n: 1.5 } },
      entries: [
        { accountId: FEES, accountCode: "5000", side: "DEBIT", amount: "10.00", currency: "EUR" },
        { accountId: CASH, side: "CREDIT", balanceAfter: "-10.00" },
      ],
    });
    const again = await service.send(posted.headers.get("location") ?? "");
    expect(again.json()).toEqual({ ...posted.json(), reverses: null, reversedBy: [] });
  });

  it("refuses a repeat with Retry-After while the first request under its key runs", async () => {
    const headers = { "idempotency-key": "runs-for-long" };
    const resume = service.graph.pause();
    const first = post(posting(), headers);
    const other = post(posting({ reference: "other" }), headers);
    const repeat = await post(posting(), headers);
    expect(repeat.json()).toMatchObject({ status: 409, code: "IDEMPOTENCY_KEY_IN_USE" });
    expect(repeat.headers.get("retry-after")).toBe("1");
    resume();
    expect((await first).status).toBe(201);
    // With another body it is another request: the graph decides on it.
    expect((await other).json()).not.toMatchObject({ code: "IDEMPOTENCY_KEY_IN_USE" });
  });

  it("passes on the Idempotency-Key, as header and input, and the trace", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = {
      "idempotency-key": "fee-2026-06",
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    };
    const posted = await post(posting(), headers);

    expect(posted.headers.get("x-trace-id")).toBe(traceId);
    expect(service.graph.fields).toMatchObject([
      {
        field: "postTransaction",
        context: { traceId, idempotencyKey: "fee-2026-06" },
        input: { idempotencyKey: "fee-2026-06" },
      },
    ]);
  });

  it("marks the answer only when its key was used before", async () => {
    const headers = { "idempotency-key": "twice" };
    const first = await post(posting(), headers);
    const second = await post(posting(), headers);
    expect(first.headers.get("idempotency-hit")).toBeNull();
    expect(second.headers.get("idempotency-hit")).toBe("true");
    expect(second.json()).toEqual(first.json());
  });

  it("stores the exchange rates with it", async () => {
    const fx = [{ base: "EUR", quote: "USD", rate: "1.08", baseAmount: "10.00" }];
    const posted = await post(posting({ fx }));
    expect(service.graph.fields).toMatchObject([{ input: { fx } }]);
    expect(posted.json()).toMatchObject({ fx: [{ ...fx[0], quoteAmount: "1.08" }] });
  });

  it("stores the id that the client chose", async () => {
    const id = "018f6b7e-0000-7000-8000-00000000c001";
    const posted = await post(posting({ id }));
    expect(posted.headers.get("location")).toBe(`${TRANSACTIONS}/${id}`);
  });
});

const postMany = (transactions: readonly unknown[], mode?: string) => post({ transactions, mode });

describe("posting many transactions", () => {
  const bad = posting({ fundId: UNKNOWN });

  it("answers 201 when all are posted", async () => {
    const answer = await postMany([posting(), posting()]);
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({
      posted: 2,
      refused: 0,
      results: [
        { index: 0, transaction: { position: 4 }, error: null },
        { index: 1, transaction: { position: 5 }, error: null },
      ],
    });
    expect(service.graph.fields).toHaveLength(1);
  });

  it("answers 207 with a result for each when independent ones are refused", async () => {
    const answer = await postMany([posting(), bad, posting()], "INDEPENDENT");
    expect(answer.status).toBe(207);
    expect(answer.json()).toMatchObject({
      posted: 2,
      refused: 1,
      results: [
        { index: 0, error: null },
        { index: 1, transaction: null, error: { code: "FUND_NOT_FOUND", status: 404 } },
        { index: 2, error: null },
      ],
    });
    expect(service.graph.stored).toBe(2);
  });

  it("refuses an atomic bulk as a whole, with the code of the item at fault", async () => {
    const answer = await postMany([posting(), bad, posting({}, "1e3")]);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      code: "FUND_NOT_FOUND",
      detail: expect.stringContaining("transactions.1"),
      violations: [{ path: "transactions.1" }, { path: "transactions.2" }],
    });
    expect(service.graph.stored).toBe(0);
  });
});
