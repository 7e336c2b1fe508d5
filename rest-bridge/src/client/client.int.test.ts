import { createClient, ProblemError, type RestClient } from "@allfunds/rest-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPES } from "../endpoint/access.ts";
import { CASH, FEES, FUND, UNKNOWN } from "../fake-graph/sample-values.fixture.ts";
import { openService, posting, type OpenService } from "../service.fixture.ts";
import { typeOf } from "./client-source.ts";

let service: OpenService;
let client: RestClient;
beforeAll(async () => {
  service = await openService();
  const token = await service.issuer.token({ scopes: Object.keys(SCOPES) });
  client = createClient({ baseUrl: service.url, token: () => token });
});
afterAll(() => service.close());

const entries = [
  { accountId: FEES, side: "DEBIT", amount: "10.00" },
  { accountId: CASH, side: "CREDIT", amount: "10.00" },
] as const;

describe("the generated client", () => {
  it("posts, reads and pages through the running bridge", async () => {
    const posted = await client.postTransactions(
      { body: { ...posting(), entries: [...entries] } },
      { idempotencyKey: "from-the-client" },
    );
    expect(posted.status).toBe(201);
    expect(posted.headers.get("location")).toMatch(/^\/api\/v1\/transactions\//);
    const { body } = await client.getLedger({ fundId: FUND, first: 1 });
    expect(body.items).toHaveLength(1);
    const next = await client.getLedger({ fundId: FUND, after: body.nextCursor ?? "" });
    expect(next.body.items[0]?.accountId).toBe(CASH);
    const account = await client.getBalance({ accountId: CASH });
    expect(account.body.balance.amount).toMatch(/^\d+\.\d\d$/);
  });

  it("throws the problem of a refusal", async () => {
    const refused = await client.getTransaction({ id: UNKNOWN }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect((refused as ProblemError).problem).toMatchObject({
      code: "TRANSACTION_NOT_FOUND",
      status: 404,
    });
  });

  it("requests the version that it was made with", async () => {
    const token = await service.issuer.token({ scopes: Object.keys(SCOPES) });
    const old = createClient({ baseUrl: service.url, token, apiVersion: "2026-11-01" });
    const refused = await old.getBalance({ accountId: UNKNOWN }).catch((error: unknown) => error);
    expect((refused as ProblemError).problem.type).toBe("urn:allfunds:problem:ACCOUNT_NOT_FOUND");
  });
});

it.each([
  [{ type: "string" }, "string"],
  [{ type: ["integer", "null"] }, "number | null"],
  [{ enum: ["DEBIT", "CREDIT"] }, '"DEBIT" | "CREDIT"'],
  [{ $ref: "#/components/schemas/Money" }, "Money"],
  [{ type: "array", items: { anyOf: [{ type: "null" }, { const: 1 }] } }, "Array<null | 1>"],
  [{ type: "object", additionalProperties: {} }, "Record<string, unknown>"],
  [{ type: "object", properties: { a: { type: "boolean" } } }, '{ "a"?: boolean; }'],
])("writes the schema %j as %s", (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});
