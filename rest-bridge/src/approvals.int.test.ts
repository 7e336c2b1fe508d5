import { AppError } from "@allfunds/contract/errors";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { posting, sendJson, startHouse, type Reply } from "./bridge.fixture.ts";
import { CASH, UNKNOWN } from "./stand-in/sample-values.fixture.ts";
import { ABOVE_THE_LIMIT } from "./stand-in/transactions.fixture.ts";

const PROPOSAL = "018f6b7e-0000-7000-8000-00000000b001";
const TRANSACTIONS = "/api/v1/transactions";

const house = await startHouse();
beforeEach(() => {
  house.graph.failure = undefined;
});
afterAll(() => house.close());

const post = (path: string, body: object) => house.ask(path, sendJson("POST", body));

describe("a posting above the limit", () => {
  const adjustment = { accountId: CASH, balance: "11.00", reason: "Count" };
  const posts: readonly (readonly [what: string, () => Promise<Reply>])[] = [
    ["a transaction", () => post(TRANSACTIONS, posting())],
    ["a reversal", () => post(`${TRANSACTIONS}/${UNKNOWN}/reversal`, {})],
    ["a capture", () => post(`/api/v1/holds/${UNKNOWN}/capture`, {})],
    ["an adjustment", () => house.ask("/api/v1/balance", sendJson("PATCH", adjustment))],
  ];

  it.each(posts)("(%s) is 202 and says where it waits", async (_what, send) => {
    house.graph.failure = new AppError("APPROVAL_REQUIRED", "It waits.", { proposalId: PROPOSAL });
    const answer = await send();
    expect(answer.status).toBe(202);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("location")).toBe(`/api/v1/proposals/${PROPOSAL}`);
    expect(answer.json()).toEqual({ status: "WAITING_FOR_APPROVAL", proposalId: PROPOSAL });
  });
});

describe("of a bulk", () => {
  const large = posting({ description: ABOVE_THE_LIMIT });

  it("an item above the limit waits alone when the items are independent", async () => {
    const sent = { transactions: [posting(), large], mode: "INDEPENDENT" };
    const answer = await post(TRANSACTIONS, sent);
    expect(answer.status).toBe(207);
    expect(answer.json()).toMatchObject({
      posted: 1,
      refused: 1,
      results: [
        { error: null },
        { error: { code: "APPROVAL_REQUIRED", status: 202, proposalId: expect.any(String) } },
      ],
    });
  });

  it("an item above the limit refuses all when it is all or none, and nothing waits", async () => {
    const answer = await post(TRANSACTIONS, { transactions: [posting(), large] });
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({
      code: "BULK_REFUSED",
      detail: expect.stringContaining("transactions.1"),
      violations: [{ message: expect.stringContaining("APPROVAL_REQUIRED") }],
    });
  });
});

/** Where a posting that waits can be read. */
async function proposed(): Promise<string> {
  const answer = await post(TRANSACTIONS, posting({ description: ABOVE_THE_LIMIT }));
  return answer.headers.get("location") ?? "";
}

describe("what waits", () => {
  const PROPOSALS = "/api/v1/proposals";

  it("is read where the answer said, and in a list by status", async () => {
    const location = await proposed();
    const answer = await house.ask(location);
    expect(answer.json()).toMatchObject({
      kind: "POSTING",
      status: "WAITING",
      totals: [{ amount: "5000.00", currency: "EUR", limit: "1000.00" }],
      entries: [
        { accountId: CASH, side: "DEBIT", amount: "5000.00", currency: "EUR" },
        { accountId: null, accountCode: null, side: "CREDIT" },
      ],
      transactionId: null,
    });
    const listed = await house.ask(`${PROPOSALS}?status=WAITING&first=1`);
    expect(listed.json()).toMatchObject({ items: [answer.json()] });
    expect(listed.headers.get("link")).toContain("status=WAITING");
    expect((await house.ask(`${PROPOSALS}?status=APPROVED`)).json()).toMatchObject({ items: [] });
  });

  it("is approved once", async () => {
    const location = await proposed();
    const answer = await house.ask(`${location}/approve`, { method: "POST" });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: "APPROVED", decidedBy: "approver" });
    expect(answer.json()["transactionId"]).toMatch(/^[0-9a-f-]{36}$/);
    const again = await house.ask(`${location}/approve`, { method: "POST" });
    expect(again.json()).toMatchObject({ code: "PROPOSAL_NOT_WAITING", status: 409 });
  });

  it("is rejected with a reason and not without", async () => {
    const location = await proposed();
    expect((await post(`${location}/reject`, {})).json()).toMatchObject({ code: "INVALID_INPUT" });
    const answer = await post(`${location}/reject`, { reason: "Not ours" });
    expect(answer.json()).toMatchObject({ status: "REJECTED", reason: "Not ours" });
  });

  it("is withdrawn", async () => {
    const answer = await house.ask(`${await proposed()}/withdraw`, { method: "POST" });
    expect(answer.json()).toMatchObject({ status: "WITHDRAWN", decidedBy: "maker" });
  });

  it.each(["approve", "reject"])("needs a second factor to %s", async (decision) => {
    const headers = await house.issuer.headers({
      scopes: ["ledger:read", "ledger:approve"],
      acr: "pwd",
    });
    const path = `${await proposed()}/${decision}`;
    const answer = await house.ask(path, sendJson("POST", { reason: "x" }, headers));
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: "STEP_UP_REQUIRED" });
  });

  it("that does not exist is 404", async () => {
    const reason = { reason: "x" };
    for (const answer of [
      await house.ask(`${PROPOSALS}/${UNKNOWN}`),
      await post(`${PROPOSALS}/${UNKNOWN}/approve`, {}),
      await post(`${PROPOSALS}/${UNKNOWN}/reject`, reason),
      await post(`${PROPOSALS}/${UNKNOWN}/withdraw`, {}),
    ]) {
      expect(answer.json()).toMatchObject({ code: "PROPOSAL_NOT_FOUND", status: 404 });
    }
  });
});
