import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { queryGraph } from "../graph.fixture.ts";
import { openResourceServer, type ResourceServer } from "../resource-server.fixture.ts";
import {
  addTenant,
  addUser,
  openService,
  SYSTEM_SECRET,
  type RunningService,
} from "../service.fixture.ts";
import type { TestUser } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";
import { removeAdministrator } from "../users/create-tenant.ts";
import { grant, makeClient, ROTATE, type ClientCredentials } from "./api-client.fixture.ts";

let service: RunningService;
let resources: ResourceServer;
beforeAll(async () => {
  service = await openService();
  resources = await openResourceServer({
    OIDC_ISSUER: service.issuer,
    SYSTEM_CLIENT_ID: "follower",
    SYSTEM_CLIENT_SECRET: SYSTEM_SECRET,
    OIDC_REVOCATIONS_EVERY_MS: "50",
  });
});
afterAll(async () => {
  await resources.close();
  await service.close();
});

/** Three administrators of a tenant of their own; the first one made the client. */
let maker: TestUser;
let adaToken: string;
let bobToken: string;
let made: ClientCredentials;
beforeEach(async () => {
  const tenantId = await addTenant(service);
  const add = () => addUser(service, "admin", { totp: true, tenantId });
  const others = [await add(), await add()] as const;
  maker = await add();
  [adaToken, bobToken] = [await tokenOf(service, others[0]), await tokenOf(service, others[1])];
  const token = await tokenOf(service, maker);
  made = await makeClient(service, token, "Nightly", "ledger:read", "ledger:write");
});

const DEADLINE = { timeout: 30_000 };
const statusOf = async (token: string): Promise<number> => (await resources.callerOf(token)).status;

/** What one administrator proposes and another one approves. */
async function decide(mutation: string): Promise<void> {
  const proposed = await queryGraph(service, adaToken, `mutation { ${mutation} { __typename } }`);
  const [waiting] = proposed.body.errors ?? [];
  const { proposalId } = (waiting?.extensions ?? {}) as { readonly proposalId?: string };
  const approved = await queryGraph(
    service,
    bobToken,
    `mutation { approveAdministratorChange(id: "${proposalId}") { __typename } }`,
  );
  expect(approved.body.errors).toBeUndefined();
}

const access = (roles: string, more = "allFunds: true") =>
  decide(`changeAccess(input: { userId: "${maker.userId}", roles: [${roles}], ${more} })`);
const disable = (disabled: boolean) =>
  decide(`setUserDisabled(userId: "${maker.userId}", disabled: ${disabled})`);

/** The status of what a directory sends about the maker. */
async function provision(method: string, body?: object): Promise<number> {
  const directory = await makeClient(service, adaToken, "Directory", "users:provision");
  const { access_token: token } = await grant(service, directory, { scope: "users:provision" });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const url = `${service.issuer}/scim/v2/Users/${maker.userId}`;
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return (await fetch(url, { method, headers, ...sent })).status;
}

const SCIM_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const DEACTIVATE = {
  schemas: [SCIM_PATCH],
  Operations: [{ op: "replace", path: "active", value: false }],
};

/** What the graph has of the client now. */
async function clientNow(): Promise<unknown> {
  const query = `{ apiClients(first: 10) { nodes {
    id access { scopes ended } responsible { id name kind } } } }`;
  const { body } = await queryGraph<{ apiClients: { nodes: { id: string }[] } }>(
    service,
    adaToken,
    query,
  );
  return body.data.apiClients.nodes.find(({ id }) => id === made.clientId);
}

const endings: [string, () => Promise<unknown>, string][] = [
  ["is disabled", () => disable(true), "USER_DISABLED"],
  ["is deactivated by the directory", () => provision("PATCH", DEACTIVATE), "USER_DISABLED"],
  ["is removed by the directory", () => provision("DELETE"), "USER_DISABLED"],
  [
    "does not see all funds any more",
    () => access(`"viewer"`, "allFunds: false"),
    "USER_WITHOUT_ALL_FUNDS",
  ],
  [
    "is no administrator any more by the operator's command",
    () => removeAdministrator(service.parts.pool, maker.email, new Date()),
    "USER_WITHOUT_SCOPES",
  ],
];

describe("an API client", () => {
  test.each(endings)("ends with its token when its maker %s", async (_why, end, ended) => {
    const { access_token: token } = await grant(service, made, { scope: "ledger:write" });
    expect(await statusOf(token)).toBe(200);
    await end();
    const responsible = { id: maker.userId, name: expect.any(String), kind: "USER" };
    expect(await clientNow()).toMatchObject({ access: { scopes: [], ended }, responsible });
    await expect.poll(() => statusOf(token), DEADLINE).toBe(401);
    await expect(grant(service, made, { scope: "ledger:write" })).rejects.toMatchObject({
      error: "invalid_client",
    });
  });

  test("does what its maker may still do after the maker's access was changed", async () => {
    const { access_token: before } = await grant(service, made, { scope: "ledger:write" });
    await access(`"viewer"`);
    await expect.poll(() => statusOf(before), DEADLINE).toBe(401);
    const { scope } = await grant(service, made, { scope: "ledger:read ledger:write" });
    expect(scope).toBe("ledger:read");
    expect(await clientNow()).toMatchObject({ access: { scopes: ["ledger:read"], ended: null } });
  });

  test("lives on with another maker who gives it a new secret, or when its own is enabled", async () => {
    await disable(true);
    await disable(false);
    expect((await grant(service, made, { scope: "ledger:read" })).scope).toBe("ledger:read");
    await disable(true);
    const { body } = await queryGraph<{ rotateApiClientSecret: { clientSecret: string } }>(
      service,
      adaToken,
      ROTATE,
      { input: { clientId: made.clientId } },
    );
    const { clientSecret } = body.data.rotateApiClientSecret;
    const taken = await grant(service, { ...made, clientSecret }, { scope: "ledger:write" });
    expect(await statusOf(taken.access_token)).toBe(200);
    await expect(grant(service, made, { scope: "ledger:read" })).rejects.toMatchObject({
      error: "invalid_client",
    });
  });
});
