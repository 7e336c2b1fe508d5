import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ask, codes } from "../ask.fixture.ts";
import { managerOf } from "../clients/api-client.fixture.ts";
import { createApiClient } from "../clients/manage-clients.ts";
import { addUser, runIdentity, type RunningIdentity, type TestUser } from "../identity.fixture.ts";
import { systemCredentials, tokenOf } from "../tokens.fixture.ts";

let identity: RunningIdentity;
let viewer: TestUser;
let viewerToken: string;
let auditor: TestUser;
let auditorToken: string;
let clientId: string;
let stranger: TestUser;
beforeAll(async () => {
  identity = await runIdentity();
  viewer = await addUser(identity.parts, "viewer");
  viewerToken = await tokenOf(identity, viewer);
  auditor = await addUser(identity.parts, "auditor");
  auditorToken = await tokenOf(identity, auditor);
  clientId = await addClient(DEMO_TENANT_ID);
  const tenantId = newId();
  await identity.parts.pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Other')", [
    tenantId,
  ]);
  stranger = await addUser(identity.parts, "viewer", { tenantId });
});
afterAll(() => identity.stop());

async function addClient(tenantId: string): Promise<string> {
  const { client } = await createApiClient(identity.parts.pool, managerOf(tenantId), {
    name: "Month-end robot",
    scopes: ["ledger:read"],
    expiresAt: null,
  });
  return client.clientId;
}

const named = (token: string, ids: readonly string[]) =>
  ask(
    identity,
    token,
    "query ($them: [_Any!]!) { _entities(representations: $them) { ... on Actor { id name kind } } }",
    { them: ids.map((id) => ({ __typename: "Actor", id })) },
  );

test("users and API clients of the tenant have a name, in one query however many are asked for", async () => {
  const ids = [viewer.userId, clientId, auditor.userId, viewer.userId];
  const query = vi.spyOn(identity.parts.pool, "query");
  const { body } = await named(viewerToken, ids);
  const asked = query.mock.calls.filter(([text]) => text.includes("'CLIENT'"));
  query.mockRestore();
  const person = { name: "Test Person", kind: "USER" };
  expect(body.data["_entities"]).toEqual([
    { id: viewer.userId, ...person },
    { id: clientId, name: "Month-end robot", kind: "CLIENT" },
    { id: auditor.userId, ...person },
    { id: viewer.userId, ...person },
  ]);
  expect(asked).toHaveLength(1);
});

test("whoever was shut out keeps the name", async () => {
  const former = await addUser(identity.parts, "viewer");
  await identity.parts.pool.query("UPDATE app_user SET status = 'DISABLED' WHERE user_id = $1", [
    former.userId,
  ]);
  const robot = await addClient(DEMO_TENANT_ID);
  await identity.parts.pool.query("UPDATE api_client SET revoked_at = now() WHERE client_id = $1", [
    robot,
  ]);
  expect((await named(viewerToken, [former.userId, robot])).body.data).toMatchObject({
    _entities: [{ name: "Test Person" }, { name: "Month-end robot" }],
  });
});

test("another tenant's people and clients look like ids of nobody", async () => {
  const { rows } = await identity.parts.pool.query<{ tenant_id: string }>(
    "SELECT tenant_id FROM app_user WHERE user_id = $1",
    [stranger.userId],
  );
  const theirs = await addClient(rows[0]?.tenant_id ?? "");
  const ids = [stranger.userId, theirs, newId(), "ledger", ""];
  const { body } = await named(viewerToken, ids);
  expect(body.errors).toBeUndefined();
  expect(body.data["_entities"]).toEqual(ids.map((id) => ({ id, name: null, kind: null })));
});

test("names are for whoever reads the ledger or the trail", async () => {
  const follower = systemCredentials(identity, "follower", "feed:read");
  expect(codes(await named(await follower.token(), [viewer.userId]))).toEqual(["FORBIDDEN"]);
});

test("a line of the trail names who did it, and nobody where nobody is known", async () => {
  const trail = `query ($filter: AuditFilter) {
    auditTrail(first: 1, filter: $filter) { nodes { actorId actor { id name kind } } } }`;
  const { body } = await ask(identity, auditorToken, trail, { filter: { actorId: viewer.userId } });
  expect(body.data["auditTrail"]).toEqual({
    nodes: [
      {
        actorId: viewer.userId,
        actor: { id: viewer.userId, name: "Test Person", kind: "USER" },
      },
    ],
  });
});
