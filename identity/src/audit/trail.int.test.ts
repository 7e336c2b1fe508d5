import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, codes } from "../ask.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let identity: RunningIdentity;
let accountantToken: string;
beforeAll(async () => {
  identity = await runIdentity();
  accountantToken = await tokenOf(identity, await addUser(identity.parts, "accountant"));
});
afterAll(() => identity.stop());

describe("the graph", () => {
  test("lets an auditor read the trail and nothing of the users", async () => {
    const auditor = await addUser(identity.parts, "auditor");
    const { tokens } = await signIn(identity, auditor);
    const trail = await ask(
      identity,
      tokens.access_token,
      `query($filter: AuditFilter) { auditTrail(first: 2, filter: $filter) {
        nodes { action outcome actorId factors ip } pageInfo { hasNextPage endCursor } } }`,
      { filter: { actorId: auditor.userId } },
    );
    expect(trail.body.data["auditTrail"]).toMatchObject({
      nodes: [
        { action: "token.issue", outcome: "ALLOWED", factors: ["pwd"] },
        { action: "sign-in", outcome: "ALLOWED", factors: ["pwd"] },
      ],
      pageInfo: { hasNextPage: true },
    });
    expect(
      codes(await ask(identity, tokens.access_token, "{ users { nodes { email } } }")),
    ).toEqual(["FORBIDDEN"]);
    const exported = await fetch(`${identity.config.issuer}/audit/export`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(exported.headers.get("content-type")).toContain("application/x-ndjson");
    const events = (await exported.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { action: string });
    expect(events.length).toBeGreaterThan(5);
    const refused = await fetch(`${identity.config.issuer}/audit/export`, {
      headers: { authorization: `Bearer ${accountantToken}` },
    });
    expect(refused.status).toBe(403);
  });
});

test("a line of the audit trail can be neither changed nor removed", async () => {
  const { pool } = identity.parts;
  for (const statement of [
    "UPDATE audit_event SET outcome = 'ALLOWED'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event",
  ]) {
    await expect(pool.query(statement)).rejects.toThrow("append-only");
  }
});
