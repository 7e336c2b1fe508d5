import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { managerOf } from "../clients/api-client.fixture.ts";
import { createApiClient } from "../clients/manage-clients.ts";
import { codes, queryGraph } from "../graph.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import type { TestUser } from "../sign-in.fixture.ts";
import { systemCredentials, tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let viewer: TestUser;
let viewerToken: string;
let auditor: TestUser;
let auditorToken: string;
let clientId: string;
let foreignTenantId: string;
let foreignUser: TestUser;
beforeAll(async () => {
  service = await openService();
  viewer = await addUser(service, "viewer");
  viewerToken = await tokenOf(service, viewer);
  auditor = await addUser(service, "auditor");
  auditorToken = await tokenOf(service, auditor);
  clientId = await addClient(DEMO_TENANT_ID);
  foreignTenantId = await addTenant(service);
  foreignUser = await addUser(service, "viewer", { tenantId: foreignTenantId });
});
afterAll(() => service.close());

async function addClient(tenantId: string): Promise<string> {
  const { client } = await createApiClient(service.parts.pool, managerOf(tenantId), {
    name: "Month-end robot",
    scopes: ["ledger:read"],
    expiresAt: null,
  });
  return client.clientId;
}

const findActors = (token: string, ids: readonly string[]) =>
  queryGraph(
    service,
    token,
    "query ($actors: [_Any!]!) { _entities(representations: $actors) { ... on Actor { id name kind } } }",
    { actors: ids.map((id) => ({ __typename: "Actor", id })) },
  );

test("users and API clients of the tenant have a name, found in one query for all", async () => {
  const ids = [viewer.userId, clientId, auditor.userId, viewer.userId];
  const query = vi.spyOn(service.parts.pool, "query");
  const { body } = await findActors(viewerToken, ids);
  const queries = query.mock.calls.filter(([text]) => text.includes("'CLIENT'"));
  query.mockRestore();
  const user = { name: "Test Person", kind: "USER" };
  expect(body.data["_entities"]).toEqual([
    { id: viewer.userId, ...user },
    { id: clientId, name: "Month-end robot", kind: "CLIENT" },
    { id: auditor.userId, ...user },
    { id: viewer.userId, ...user },
  ]);
  expect(queries).toHaveLength(1);
});

test("disabled users and revoked clients keep their names", async () => {
  const former = await addUser(service, "viewer");
  await service.parts.pool.query("UPDATE app_user SET status = 'DISABLED' WHERE user_id = $1", [
    former.userId,
  ]);
  const robot = await addClient(DEMO_TENANT_ID);
  await service.parts.pool.query("UPDATE api_client SET revoked_at = now() WHERE client_id = $1", [
    robot,
  ]);
  expect((await findActors(viewerToken, [former.userId, robot])).body.data).toMatchObject({
    _entities: [{ name: "Test Person" }, { name: "Month-end robot" }],
  });
});

test("users and clients of another tenant look like unknown ids", async () => {
  const foreignClient = await addClient(foreignTenantId);
  const ids = [foreignUser.userId, foreignClient, newId(), "ledger", ""];
  const { body } = await findActors(viewerToken, ids);
  expect(body.errors).toBeUndefined();
  expect(body.data["_entities"]).toEqual(ids.map((id) => ({ id, name: null, kind: null })));
});

test("refuses names to callers that read neither the ledger nor the audit log", async () => {
  const follower = systemCredentials(service, "follower", "feed:read");
  expect(codes(await findActors(await follower.token(), [viewer.userId]))).toEqual(["FORBIDDEN"]);
});

test("an event of the audit log names its actor", async () => {
  const query = `query ($filter: AuditFilter) {
    auditTrail(first: 1, filter: $filter) { nodes { actorId actor { id name kind } } } }`;
  const { body } = await queryGraph(service, auditorToken, query, {
    filter: { actorId: viewer.userId },
  });
  expect(body.data["auditTrail"]).toEqual({
    nodes: [
      {
        actorId: viewer.userId,
        actor: { id: viewer.userId, name: "Test Person", kind: "USER" },
      },
    ],
  });
});
