import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, refusals } from "../ask.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { systemCredentials, tokenOf, verify } from "../tokens.fixture.ts";
import { grant, makeClient, managerOf, ROTATE } from "./api-client.fixture.ts";
import { createApiClient } from "./manage-clients.ts";

let identity: RunningIdentity;
let adminToken: string;
beforeAll(async () => {
  identity = await runIdentity();
  const admin = await addUser(identity.parts, "admin", { totp: true });
  adminToken = await tokenOf(identity, admin);
});
afterAll(() => identity.stop());

const revoke = (clientId: string) =>
  ask(identity, adminToken, `mutation { revokeApiClient(clientId: "${clientId}") { id } }`);

describe("an API client", () => {
  test("gets a token of its tenant with the scopes it has, and its use is noted", async () => {
    const made = await makeClient(identity, adminToken, "Reports", "ledger:read", "metrics:read");
    const token = await grant(identity, made, { scope: "ledger:read metrics:read ledger:write" });
    expect(token.scope).toBe("ledger:read metrics:read");
    expect(await verify(identity, token.access_token)).toMatchObject({
      kind: "client",
      tenantId: DEMO_TENANT_ID,
      subject: made.clientId,
      clientId: made.clientId,
      owner: (await verify(identity, adminToken)).subject,
      roles: [],
      scopes: ["ledger:read", "metrics:read"],
      funds: "*",
      acr: undefined,
    });
    const { body } = await ask(
      identity,
      adminToken,
      `{ apiClients(first: 200) { nodes { id lastUsedAt lastUsedIp } } }`,
    );
    const { nodes } = body.data["apiClients"] as {
      nodes: { id: string; lastUsedAt: string; lastUsedIp: string }[];
    };
    const shown = nodes.find(({ id }) => id === made.clientId);
    expect(shown?.lastUsedAt).toMatch(/^\d{4}-/);
    expect(shown?.lastUsedIp).toContain("127.0.0.1");
  });

  test("is stored without its secret", async () => {
    const { clientSecret } = await makeClient(identity, adminToken, "Hashed", "ledger:read");
    const { rows } = await identity.parts.pool.query("SELECT * FROM api_client_secret");
    expect(JSON.stringify(rows)).not.toContain(clientSecret);
  });

  test("goes on with its old secret for the grace time, and not without one", async () => {
    const made = await makeClient(identity, adminToken, "Rotating", "ledger:read");
    const rotate = async (graceSeconds: number): Promise<string> => {
      const { body } = await ask(identity, adminToken, ROTATE, {
        input: { clientId: made.clientId, graceSeconds },
      });
      return (body.data["rotateApiClientSecret"] as { clientSecret: string }).clientSecret;
    };
    const second = await rotate(60);
    await expect(grant(identity, made)).resolves.toBeDefined();
    await expect(grant(identity, { ...made, clientSecret: second })).resolves.toBeDefined();
    const third = await rotate(0);
    await expect(grant(identity, { ...made, clientSecret: second })).rejects.toMatchObject({
      error: "invalid_client",
    });
    await expect(grant(identity, { ...made, clientSecret: third })).resolves.toBeDefined();
  });

  test("gets nothing once revoked or expired", async () => {
    const made = await makeClient(identity, adminToken, "Short", "ledger:read");
    await identity.parts.pool.query(
      "UPDATE api_client SET expires_at = now() - interval '1 second' WHERE client_id = $1",
      [made.clientId],
    );
    await expect(grant(identity, made)).rejects.toMatchObject({ error: "invalid_client" });

    const other = await makeClient(identity, adminToken, "Revoked", "ledger:read");
    await revoke(other.clientId);
    await expect(grant(identity, other)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("gets no token for another resource", async () => {
    const made = await makeClient(identity, adminToken, "Elsewhere", "ledger:read");
    await expect(grant(identity, made, { resource: "urn:other" })).rejects.toMatchObject({
      error: "invalid_target",
    });
  });

  test("of another tenant looks like one that does not exist", async () => {
    const tenantId = newId();
    await identity.parts.pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Other')", [
      tenantId,
    ]);
    const foreign = await createApiClient(identity.parts.pool, managerOf(tenantId), {
      name: "Theirs",
      scopes: ["ledger:read"],
      expiresAt: null,
    });
    const [theirs, none] = await Promise.all([
      revoke(foreign.client.clientId),
      revoke("client_none"),
    ]);
    expect(refusals(theirs)).toEqual([
      { message: "There is no such API client.", code: "NOT_FOUND" },
    ]);
    expect(refusals(theirs)).toEqual(refusals(none));
  });
});

test("a service of the system gets a token for the feed of every tenant, asked for once", async () => {
  const source = systemCredentials(identity, "follower", "feed:read");
  const tokens = await Promise.all([1, 2, 3, 4].map(() => source.token()));
  expect(new Set(tokens).size).toBe(1);
  expect(await verify(identity, tokens[0] ?? "")).toMatchObject({
    tenantId: "*",
    scopes: ["feed:read"],
  });

  const greedy = systemCredentials(identity, "follower", "feed:read", "admin");
  await expect(greedy.token()).rejects.toMatchObject({
    code: "UPSTREAM_UNAVAILABLE",
    detail: expect.stringContaining("not granted: admin") as string,
  });
});
