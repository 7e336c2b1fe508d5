import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, queryGraph, refusals } from "../graph.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { systemCredentials, tokenOf, verify } from "../tokens.fixture.ts";
import { CREATE, grant, makeClient, managerOf, ROTATE } from "./api-client.fixture.ts";
import { createApiClient } from "./manage-clients.ts";

let service: RunningService;
let adminToken: string;
beforeAll(async () => {
  service = await openService();
  const admin = await addUser(service, "admin", { totp: true });
  adminToken = await tokenOf(service, admin);
});
afterAll(() => service.close());

const revoke = (clientId: string) =>
  queryGraph(service, adminToken, `mutation { revokeApiClient(clientId: "${clientId}") { id } }`);

describe("an API client", () => {
  test("gets a token of its tenant with its own scopes, and its use is recorded", async () => {
    const made = await makeClient(service, adminToken, "Reports", "ledger:read", "metrics:read");
    const token = await grant(service, made, { scope: "ledger:read metrics:read ledger:write" });
    expect(token.scope).toBe("ledger:read metrics:read");
    expect(await verify(service, token.access_token)).toMatchObject({
      kind: "client",
      tenantId: DEMO_TENANT_ID,
      subject: made.clientId,
      clientId: made.clientId,
      owner: (await verify(service, adminToken)).subject,
      roles: [],
      scopes: ["ledger:read", "metrics:read"],
      funds: "*",
      acr: undefined,
    });
    const { body } = await queryGraph(
      service,
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

  test("is pinned to a version of the REST API, which an administrator changes", async () => {
    const made = await makeClient(service, adminToken, "Pinned", "ledger:read");
    const versionOf = async () =>
      (await verify(service, (await grant(service, made)).access_token)).apiVersion;
    expect(await versionOf()).toBe("2026-11-29");
    const pin = (version: string) =>
      queryGraph(
        service,
        adminToken,
        `mutation { pinApiClientVersion(clientId: "${made.clientId}", apiVersion: "${version}") { apiVersion } }`,
      );
    expect((await pin("2026-11-01")).body.data["pinApiClientVersion"]).toEqual({
      apiVersion: "2026-11-01",
    });
    expect(await versionOf()).toBe("2026-11-01");
    expect(codes(await pin("2025-01-01"))).toEqual(["INVALID_INPUT"]);
  });

  test("is stored without its secret", async () => {
    const { clientSecret } = await makeClient(service, adminToken, "Hashed", "ledger:read");
    const { rows } = await service.parts.pool.query("SELECT * FROM api_client_secret");
    expect(JSON.stringify(rows)).not.toContain(clientSecret);
  });

  test("keeps its old secret for the grace time, and loses it at once without one", async () => {
    const made = await makeClient(service, adminToken, "Rotating", "ledger:read");
    const rotate = async (graceSeconds: number): Promise<string> => {
      const { body } = await queryGraph(service, adminToken, ROTATE, {
        input: { clientId: made.clientId, graceSeconds },
      });
      return (body.data["rotateApiClientSecret"] as { clientSecret: string }).clientSecret;
    };
    const second = await rotate(60);
    await expect(grant(service, made)).resolves.toBeDefined();
    await expect(grant(service, { ...made, clientSecret: second })).resolves.toBeDefined();
    const third = await rotate(0);
    await expect(grant(service, { ...made, clientSecret: second })).rejects.toMatchObject({
      error: "invalid_client",
    });
    await expect(grant(service, { ...made, clientSecret: third })).resolves.toBeDefined();
  });

  test("gets no token when it is revoked or expired", async () => {
    const made = await makeClient(service, adminToken, "Short", "ledger:read");
    await service.parts.pool.query(
      "UPDATE api_client SET expires_at = now() - interval '1 second' WHERE client_id = $1",
      [made.clientId],
    );
    await expect(grant(service, made)).rejects.toMatchObject({ error: "invalid_client" });

    const other = await makeClient(service, adminToken, "Revoked", "ledger:read");
    await revoke(other.clientId);
    await expect(grant(service, other)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("gets no token for another resource", async () => {
    const made = await makeClient(service, adminToken, "Elsewhere", "ledger:read");
    await expect(grant(service, made, { resource: "urn:other" })).rejects.toMatchObject({
      error: "invalid_target",
    });
  });

  test("is not found by managers of another tenant", async () => {
    const tenantId = await addTenant(service);
    const foreign = await createApiClient(service.parts.pool, managerOf(tenantId), {
      name: "Foreign",
      scopes: ["ledger:read"],
      expiresAt: null,
    });
    const [foreignRefusal, unknownRefusal] = await Promise.all([
      revoke(foreign.client.clientId),
      revoke("client_none"),
    ]);
    expect(refusals(foreignRefusal)).toEqual([
      { message: "There is no such API client.", code: "NOT_FOUND" },
    ]);
    expect(refusals(foreignRefusal)).toEqual(refusals(unknownRefusal));
  });
});

test("a service of the system gets a token for the feed of every tenant, with one request", async () => {
  const source = systemCredentials(service, "follower", "feed:read");
  const tokens = await Promise.all([1, 2, 3, 4].map(() => source.token()));
  expect(new Set(tokens).size).toBe(1);
  expect(await verify(service, tokens[0] ?? "")).toMatchObject({
    tenantId: "*",
    scopes: ["feed:read"],
  });

  const greedy = systemCredentials(service, "follower", "feed:read", "admin");
  await expect(greedy.token()).rejects.toMatchObject({
    code: "UPSTREAM_UNAVAILABLE",
    detail: expect.stringContaining("not granted: admin") as string,
  });
});

describe("the management of clients", () => {
  test("refuses a client with scopes beyond the caller's own", async () => {
    const limited = await makeClient(service, adminToken, "Admin bot", "admin");
    const { access_token: token } = await grant(service, limited, { scope: "admin" });
    const made = await queryGraph(service, token, CREATE, {
      input: { name: "More", scopes: ["ledger:write"] },
    });
    expect(codes(made)).toEqual(["FORBIDDEN"]);
  });

  test("refuses managers who change their own access, also through a client they made", async () => {
    const { subject } = await verify(service, adminToken);
    const made = await makeClient(service, adminToken, "Indirect", "admin");
    const { access_token: token } = await grant(service, made, { scope: "admin" });
    for (const own of [adminToken, token]) {
      const change = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin", "approver"], allFunds: true}) { id } }`;
      expect(codes(await queryGraph(service, own, change))).toEqual(["FORBIDDEN"]);
    }
  });

  test("finds the user behind a client that was made by a client", async () => {
    const { subject } = await verify(service, adminToken);
    const first = await makeClient(service, adminToken, "First", "admin", "ledger:approve");
    const { access_token: token } = await grant(service, first, { scope: "admin ledger:approve" });
    const second = await makeClient(service, token, "Second", "admin", "ledger:approve");
    const own = (await grant(service, second, { scope: "admin" })).access_token;
    expect((await verify(service, own)).owner).toBe(subject);
    const change = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin"], allFunds: true}) { id } }`;
    expect(codes(await queryGraph(service, own, change))).toEqual(["FORBIDDEN"]);
  });

  test("makes the user who receives a client's new secret its owner", async () => {
    const made = await makeClient(service, adminToken, "Handed over", "ledger:approve");
    const other = await addUser(service, "admin", { totp: true });
    const { tokens } = await signIn(service, other);
    const rotate = async (token: string, graceSeconds: number) =>
      queryGraph(service, token, ROTATE, { input: { clientId: made.clientId, graceSeconds } });
    expect(codes(await rotate(tokens.access_token, 60))).toEqual(["INVALID_INPUT"]);
    const { body } = await rotate(tokens.access_token, 0);
    const { clientSecret } = body.data["rotateApiClientSecret"] as { clientSecret: string };
    const { access_token: token } = await grant(service, { ...made, clientSecret });
    expect((await verify(service, token)).owner).toBe(other.userId);
    await expect(grant(service, made)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("refuses the secret of a client with scopes beyond the caller's own", async () => {
    const strong = await makeClient(service, adminToken, "Strong", "ledger:write");
    const weak = await makeClient(service, adminToken, "Weak", "admin");
    const { access_token: token } = await grant(service, weak, { scope: "admin" });
    const rotated = await queryGraph(service, token, ROTATE, {
      input: { clientId: strong.clientId },
    });
    expect(codes(rotated)).toEqual(["FORBIDDEN"]);
    await expect(grant(service, strong)).resolves.toBeDefined();
  });
});
