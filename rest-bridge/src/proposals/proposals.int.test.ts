import { AppError } from "@allfunds/contract/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CASH, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { ABOVE_THE_LIMIT } from "../fake-graph/transactions.fixture.ts";
import {
  openService,
  posting,
  sendJson,
  type OpenService,
  type Reply,
} from "../service.fixture.ts";

const PROPOSAL = "018f6b7e-0000-7000-8000-00000000b001";
const PROPOSALS = "/api/v1/proposals";
const TRANSACTIONS = "/api/v1/transactions";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => service.graph.reset());
afterAll(() => service.close());

const post = (path: string, body: object) => service.send(path, sendJson("POST", body));

describe("a posting above the limit", () => {
  const adjustment = { accountId: CASH, balance: "11.00", reason: "Count" };
  const posts: readonly (readonly [what: string, send: () => Promise<Reply>])[] = [
    ["a transaction", () => post(TRANSACTIONS, posting())],
    ["a reversal", () => post(`${TRANSACTIONS}/${UNKNOWN}/reversal`, {})],
    ["a capture", () => post(`/api/v1/holds/${UNKNOWN}/capture`, {})],
    ["an adjustment", () => service.send("/api/v1/balance", sendJson("PATCH", adjustment))],
  ];

  it.each(posts)("is answered with 202 and the proposal when it is %s", async (_what, send) => {
    service.graph.failure = new AppError("APPROVAL_REQUIRED", "It waits.", {
      proposalId: PROPOSAL,
    });
    const answer = await send();
    expect(answer.status).toBe(202);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("location")).toBe(`${PROPOSALS}/${PROPOSAL}`);
    expect(answer.json()).toEqual({ status: "WAITING_FOR_APPROVAL", proposalId: PROPOSAL });
  });
});

describe("an item of a bulk above the limit", () => {
  const large = posting({ description: ABOVE_THE_LIMIT });

  it("waits alone when the items are independent", async () => {
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

  it("refuses the whole bulk when the bulk is atomic", async () => {
    const answer = await post(TRANSACTIONS, { transactions: [posting(), large] });
    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({
      code: "BULK_REFUSED",
      detail: expect.stringContaining("transactions.1"),
      violations: [{ message: expect.stringContaining("APPROVAL_REQUIRED") }],
    });
  });
});

/** The address of a proposal that waits. */
async function proposed(): Promise<string> {
  const answer = await post(TRANSACTIONS, posting({ description: ABOVE_THE_LIMIT }));
  return answer.headers.get("location") ?? "";
}

describe("a proposal", () => {
  it("is returned by its Location and by the list with its status", async () => {
    await proposed();
    const location = await proposed();
    const answer = await service.send(location);
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
    const listed = await service.send(`${PROPOSALS}?status=WAITING&first=1`);
    expect(listed.json()).toMatchObject({ items: [answer.json()] });
    expect(listed.headers.get("link")).toContain("status=WAITING");
    const approved = await service.send(`${PROPOSALS}?status=APPROVED`);
    expect(approved.json()).toMatchObject({ items: [] });
  });

  it("is approved once", async () => {
    const location = await proposed();
    const answer = await service.send(`${location}/approve`, { method: "POST" });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ status: "APPROVED", decidedBy: "approver" });
    expect(answer.json()["transactionId"]).toMatch(/^[0-9a-f-]{36}$/);
    const again = await service.send(`${location}/approve`, { method: "POST" });
    expect(again.json()).toMatchObject({ code: "PROPOSAL_NOT_WAITING", status: 409 });
  });

  it("is rejected with a reason and not without", async () => {
    const location = await proposed();
    expect((await post(`${location}/reject`, {})).json()).toMatchObject({ code: "INVALID_INPUT" });
    const answer = await post(`${location}/reject`, { reason: "Wrong fund" });
    expect(answer.json()).toMatchObject({ status: "REJECTED", reason: "Wrong fund" });
  });

  it("is withdrawn by its maker", async () => {
    const answer = await service.send(`${await proposed()}/withdraw`, { method: "POST" });
    expect(answer.json()).toMatchObject({ status: "WITHDRAWN", decidedBy: "maker" });
  });

  it.each(["approve", "reject"])("needs a second factor to %s", async (decision) => {
    const headers = await service.issuer.headers({
      scopes: ["ledger:read", "ledger:approve"],
      acr: "pwd",
    });
    const path = `${await proposed()}/${decision}`;
    const answer = await service.send(path, sendJson("POST", { reason: "x" }, headers));
    expect(answer.status).toBe(401);
    expect(answer.json()).toMatchObject({ code: "STEP_UP_REQUIRED" });
  });

  it("is answered with 404 when it does not exist", async () => {
    const answers = [
      await service.send(`${PROPOSALS}/${UNKNOWN}`),
      await post(`${PROPOSALS}/${UNKNOWN}/approve`, {}),
      await post(`${PROPOSALS}/${UNKNOWN}/reject`, { reason: "x" }),
      await post(`${PROPOSALS}/${UNKNOWN}/withdraw`, {}),
    ];
    for (const answer of answers) {
      expect(answer.json()).toMatchObject({ code: "PROPOSAL_NOT_FOUND", status: 404 });
    }
  });
});
