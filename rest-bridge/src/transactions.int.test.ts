import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { posting, sendJson, startHouse } from "./bridge.fixture.ts";
import { CASH, FEES, FUND, UNKNOWN } from "./stand-in/sample-values.fixture.ts";

const TRANSACTIONS = "/api/v1/transactions";

let house: Awaited<ReturnType<typeof startHouse>>;
beforeEach(async () => {
  house = await startHouse();
});
afterEach(() => house.close());

describe("posting one transaction", () => {
  it("answers 201 with the stored transaction, and its Location reads the same", async () => {
    const sent = posting({ reference: "INV-1", metadata: { desk: "a", deep: { n: 1.5 } } });
    const posted = await house.ask(TRANSACTIONS, sendJson("POST", sent));

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
    const again = await house.ask(posted.headers.get("location") ?? "");
    expect(again.json()).toEqual({ ...posted.json(), reverses: null, reversedBy: [] });
  });

  it("passes the Idempotency-Key on as header and input, and the trace with it", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const headers = {
      "idempotency-key": "fee-2026-06",
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    };
    const posted = await house.ask(TRANSACTIONS, sendJson("POST", posting(), headers));

    expect(posted.headers.get("x-trace-id")).toBe(traceId);
    expect(house.graph.seen).toMatchObject([
      {
        field: "postTransaction",
        context: { traceId, idempotencyKey: "fee-2026-06" },
        input: { idempotencyKey: "fee-2026-06" },
      },
    ]);
  });

  it("marks the answer to a repeated key, and only that", async () => {
    const headers = { "idempotency-key": "twice" };
    const first = await house.ask(TRANSACTIONS, sendJson("POST", posting(), headers));
    const second = await house.ask(TRANSACTIONS, sendJson("POST", posting(), headers));
    expect(first.headers.get("idempotency-hit")).toBeNull();
    expect(second.headers.get("idempotency-hit")).toBe("true");
    expect(second.json()).toEqual(first.json());
  });

  it("keeps the rates of exchange with it", async () => {
    const fx = [{ base: "EUR", quote: "USD", rate: "1.08", baseAmount: "10.00" }];
    const posted = await house.ask(TRANSACTIONS, sendJson("POST", posting({ fx })));
    expect(house.graph.seen).toMatchObject([{ input: { fx } }]);
    expect(posted.json()).toMatchObject({ fx: [{ ...fx[0], quoteAmount: "1.08" }] });
  });

  it("keeps the id the client chose", async () => {
    const id = "018f6b7e-0000-7000-8000-00000000c001";
    const posted = await house.ask(TRANSACTIONS, sendJson("POST", posting({ id })));
    expect(posted.headers.get("location")).toBe(`${TRANSACTIONS}/${id}`);
  });
});

const bulk = (transactions: readonly unknown[], mode?: string) =>
  house.ask(TRANSACTIONS, sendJson("POST", { transactions, mode }));

describe("posting many transactions", () => {
  const bad = posting({ fundId: UNKNOWN });
  it("answers 201 when all are posted", async () => {
    const answer = await bulk([posting(), posting()]);
    expect(answer.status).toBe(201);
    expect(answer.json()).toMatchObject({
      posted: 2,
      refused: 0,
      results: [
        { index: 0, transaction: { position: 4 }, error: null },
        { index: 1, transaction: { position: 5 }, error: null },
      ],
    });
    expect(house.graph.seen).toHaveLength(1);
  });

  it("answers 207 with a verdict on each, in order, when independent ones are refused", async () => {
    const answer = await bulk([posting(), bad, posting()], "INDEPENDENT");
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
    expect(house.graph.stored).toBe(2);
  });

  it("refuses an atomic bulk as a whole, with the code of the item at fault", async () => {
    const answer = await bulk([posting(), bad, posting({}, "1e3")]);
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({
      code: "FUND_NOT_FOUND",
      detail: expect.stringContaining("transactions.1"),
      violations: [{ path: "transactions.1" }, { path: "transactions.2" }],
    });
    expect(house.graph.stored).toBe(0);
  });
});
