import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, queryGraph } from "../graph.fixture.ts";
import { addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let accountantToken: string;
beforeAll(async () => {
  service = await openService();
  accountantToken = await tokenOf(service, await addUser(service, "accountant"));
});
afterAll(() => service.close());

describe("the graph", () => {
  test("lets an auditor read the audit log and nothing of the users", async () => {
    const auditor = await addUser(service, "auditor");
    const { tokens } = await signIn(service, auditor);
    const page = await queryGraph(
      service,
      tokens.access_token,
      `query($filter: AuditFilter) { auditTrail(first: 2, filter: $filter) {
        nodes { action outcome actorId factors ip } pageInfo { hasNextPage endCursor } } }`,
      { filter: { actorId: auditor.userId } },
    );
    expect(page.body.data["auditTrail"]).toMatchObject({
      nodes: [
        { action: "token.issue", outcome: "ALLOWED", factors: ["pwd"] },
        { action: "sign-in", outcome: "ALLOWED", factors: ["pwd"] },
      ],
      pageInfo: { hasNextPage: true },
    });
    expect(
      codes(await queryGraph(service, tokens.access_token, "{ users { nodes { email } } }")),
    ).toEqual(["FORBIDDEN"]);
    const exported = await fetch(`${service.issuer}/audit/export`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(exported.headers.get("content-type")).toContain("application/x-ndjson");
    const events = (await exported.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { action: string });
    expect(events.length).toBeGreaterThan(5);
    const refused = await fetch(`${service.issuer}/audit/export`, {
      headers: { authorization: `Bearer ${accountantToken}` },
    });
    expect(refused.status).toBe(403);
  });
});

test("an event of the audit log can be neither changed nor removed", async () => {
  const { pool } = service.parts;
  for (const sql of [
    "UPDATE audit_event SET outcome = 'ALLOWED'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
  ]) {
    await expect(pool.query(sql)).rejects.toThrow("append-only");
  }
});
