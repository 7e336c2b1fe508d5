import { AppError } from "@allfunds/platform";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { posting, sendJson, startHouse, type Reply } from "./bridge.fixture.ts";
import { ABOVE_THE_LIMIT, CASH, UNKNOWN } from "./graph.fixture.ts";

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
