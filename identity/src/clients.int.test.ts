import { createTokenVerifier, ClientCredentials, DEMO_TENANT_ID, newId } from "@allfunds/platform";
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL_SCOPES } from "./access/scopes.ts";
import { createApiClient, type Manager } from "./clients/manage-clients.ts";
import { addUser, runIdentity, SYSTEM_SECRET, type RunningIdentity } from "./identity.fixture.ts";
import { discoverAs, signIn } from "./sign-in.fixture.ts";

let identity: RunningIdentity;
let adminToken: string;
let accountantToken: string;
let strongAccountantToken: string;
beforeAll(async () => {
  identity = await runIdentity();
  const admin = await addUser(identity.parts, "admin", { totp: true });
  adminToken = (await signIn(identity, admin)).tokens.access_token;
  const accountant = await addUser(identity.parts, "accountant");
  accountantToken = (await signIn(identity, accountant)).tokens.access_token;
  const strong = await addUser(identity.parts, "accountant", { totp: true });
  strongAccountantToken = (await signIn(identity, strong)).tokens.access_token;
});
afterAll(() => identity.stop());

interface Answer {
  data: Record<string, unknown>;
  errors?: { message: string; extensions: { code: string } }[];
}

async function ask(token: string | undefined, query: string, variables: object = {}) {
  const response = await fetch(`${identity.config.issuer}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer,
  };
}

const CREATE = `mutation($input: CreateApiClientInput!) {
  createApiClient(input: $input) { clientSecret client { id name scopes expiresAt lastUsedAt } } }`;

const ROTATE = `mutation($input: RotateApiClientSecretInput!) {
  rotateApiClientSecret(input: $input) { clientSecret } }`;

async function makeClient(
  input: object,
  by = adminToken,
): Promise<{ clientId: string; clientSecret: string }> {
  const { body } = await ask(by, CREATE, { input });
  const made = body.data["createApiClient"] as {
    clientSecret: string;
    client: { id: string };
  };
  return { clientId: made.client.id, clientSecret: made.clientSecret };
}

const grant = async (
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  more: Record<string, string> = {},
) =>
  client.clientCredentialsGrant(await discoverAs(identity, clientId, clientSecret), {
    resource: identity.config.audience,
    ...more,
  });

const verify = (token: string) =>
  createTokenVerifier({
    issuer: identity.config.issuer,
    audience: identity.config.audience,
    jwksUri: `${identity.config.issuer}/.well-known/jwks.json`,
  }).verify(token);

const revoke = (clientId: string) =>
  ask(adminToken, `mutation { revokeApiClient(clientId: "${clientId}") { id } }`);

const refusals = ({ body }: { body: Answer }) =>
  body.errors?.map(({ message, extensions: { code } }) => ({ message, code }));

const codes = ({ body }: { body: Answer }) => body.errors?.map(({ extensions }) => extensions.code);

describe("an API client", () => {
  test("gets a token of its tenant with the scopes it has, and its use is noted", async () => {
    const made = await makeClient({ name: "Reports", scopes: ["ledger:read", "metrics:read"] });
    const token = await grant(made, { scope: "ledger:read metrics:read ledger:write" });
    expect(token.scope).toBe("ledger:read metrics:read");
    expect(await verify(token.access_token)).toMatchObject({
      kind: "client",
      tenantId: DEMO_TENANT_ID,
      subject: made.clientId,
      clientId: made.clientId,
      owner: (await verify(adminToken)).subject,
      roles: [],
      scopes: ["ledger:read", "metrics:read"],
      funds: "*",
      acr: undefined,
    });
    const { body } = await ask(
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
    const { clientSecret } = await makeClient({ name: "Hashed", scopes: ["ledger:read"] });
    const { rows } = await identity.parts.pool.query("SELECT * FROM api_client_secret");
    expect(JSON.stringify(rows)).not.toContain(clientSecret);
  });

  test("goes on with its old secret for the grace time, and not without one", async () => {
    const made = await makeClient({ name: "Rotating", scopes: ["ledger:read"] });
    const rotate = async (graceSeconds: number): Promise<string> => {
      const { body } = await ask(adminToken, ROTATE, {
        input: { clientId: made.clientId, graceSeconds },
      });
      return (body.data["rotateApiClientSecret"] as { clientSecret: string }).clientSecret;
    };
    const second = await rotate(60);
    await expect(grant(made)).resolves.toBeDefined();
    await expect(grant({ ...made, clientSecret: second })).resolves.toBeDefined();
    const third = await rotate(0);
    await expect(grant({ ...made, clientSecret: second })).rejects.toMatchObject({
      error: "invalid_client",
    });
    await expect(grant({ ...made, clientSecret: third })).resolves.toBeDefined();
  });

  test("gets nothing once revoked or expired", async () => {
    const made = await makeClient({ name: "Short", scopes: ["ledger:read"] });
    await identity.parts.pool.query(
      "UPDATE api_client SET expires_at = now() - interval '1 second' WHERE client_id = $1",
      [made.clientId],
    );
    await expect(grant(made)).rejects.toMatchObject({ error: "invalid_client" });

    const other = await makeClient({ name: "Revoked", scopes: ["ledger:read"] });
    await revoke(other.clientId);
    await expect(grant(other)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("gets no token for another resource", async () => {
    const made = await makeClient({ name: "Elsewhere", scopes: ["ledger:read"] });
    await expect(grant(made, { resource: "urn:other" })).rejects.toMatchObject({
      error: "invalid_target",
    });
  });

  test("of another tenant looks like one that does not exist", async () => {
    const tenantId = newId();
    await identity.parts.pool.query("INSERT INTO tenant (tenant_id, name) VALUES ($1, 'Other')", [
      tenantId,
    ]);
    const manager: Manager = {
      tenantId,
      actorId: "test",
      actorKind: "SYSTEM",
      factors: [],
      scopes: ALL_SCOPES,
      funds: "*",
      origin: {},
      now: new Date(),
    };
    const foreign = await createApiClient(identity.parts.pool, manager, {
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
  const source = new ClientCredentials({
    tokenEndpoint: `${identity.config.issuer}/oauth/token`,
    clientId: "follower",
    clientSecret: SYSTEM_SECRET,
    resource: identity.config.audience,
    scopes: ["feed:read"],
  });
  const tokens = await Promise.all([1, 2, 3, 4].map(() => source.token()));
  expect(new Set(tokens).size).toBe(1);
  expect(await verify(tokens[0] ?? "")).toMatchObject({ tenantId: "*", scopes: ["feed:read"] });

  const greedy = new ClientCredentials({
    tokenEndpoint: `${identity.config.issuer}/oauth/token`,
    clientId: "follower",
    clientSecret: SYSTEM_SECRET,
    resource: identity.config.audience,
    scopes: ["feed:read", "admin"],
  });
  await expect(greedy.token()).rejects.toMatchObject({
    code: "UPSTREAM_UNAVAILABLE",
    detail: expect.stringContaining("not granted: admin") as string,
  });
});

describe("the graph", () => {
  test("answers nothing without a token, and says how to get one", async () => {
    const answer = await ask(undefined, "{ me { subject } }");
    expect(answer.status).toBe(401);
    expect(codes(answer)).toEqual(["UNAUTHENTICATED"]);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });

  test.each([
    ["64 kB long", "x".repeat(65_536)],
    ["no token", "nonsense"],
  ])("refuses a token that is %s with a coded 401 and nothing else", async (_what, token) => {
    const answer = await ask(token, "{ me { subject } }");
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({
      errors: [
        {
          message: "The access token is not valid.",
          extensions: {
            code: "UNAUTHENTICATED",
            traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
          },
        },
      ],
    });
  });

  test("holds no socket open for strangers", async () => {
    const url = `${identity.config.issuer.replace("http:", "ws:")}/graphql`;
    const socket = new WebSocket(url, "graphql-transport-ws");
    const outcome = await new Promise((resolve) => {
      socket.addEventListener("open", () => resolve("open"));
      socket.addEventListener("error", () => resolve("refused"));
    });
    socket.close();
    expect(outcome).toBe("refused");
  });

  test("tells everybody who they are", async () => {
    const { body } = await ask(accountantToken, "{ me { roles acr scopes user { name } } }");
    expect(body.data["me"]).toEqual({
      roles: ["accountant"],
      acr: "pwd",
      scopes: ["ledger:read", "ledger:write", "metrics:read", "analytics:read", "analytics:run"],
      user: { name: "Test Person" },
    });
  });

  test.each([
    ["the audit trail", "{ auditTrail { nodes { action } } }"],
    ["users", "{ users { nodes { email } } }"],
    ["clients", "{ apiClients { nodes { id } } }"],
    [
      "inviting",
      `mutation { inviteUser(input: {email: "a@b.c", name: "A", roles: ["viewer"]}) { id } }`,
    ],
    [
      "making clients",
      `mutation { createApiClient(input: {name: "A", scopes: ["admin"]}) { clientSecret } }`,
    ],
  ])("keeps %s from an accountant, with one factor or two", async (_what, query) => {
    expect(codes(await ask(accountantToken, query))).toEqual(["FORBIDDEN"]);
    expect(codes(await ask(strongAccountantToken, query))).toEqual(["FORBIDDEN"]);
  });

  test("lets an auditor read the trail and nothing of the users", async () => {
    const auditor = await addUser(identity.parts, "auditor");
    const { tokens } = await signIn(identity, auditor);
    const trail = await ask(
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
    expect(codes(await ask(tokens.access_token, "{ users { nodes { email } } }"))).toEqual([
      "FORBIDDEN",
    ]);
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

  test("gives nobody scopes beyond their own", async () => {
    const limited = await makeClient({ name: "Admin bot", scopes: ["admin"] });
    const { access_token: token } = await grant(limited, { scope: "admin" });
    const made = await ask(token, CREATE, { input: { name: "More", scopes: ["ledger:write"] } });
    expect(codes(made)).toEqual(["FORBIDDEN"]);
  });

  test("shows a referenced user to themself and to administrators, a client to administrators", async () => {
    const user = await addUser(identity.parts, "viewer");
    const { tokens } = await signIn(identity, user);
    const { clientId } = await makeClient({ name: "Referenced", scopes: ["ledger:read"] });
    const query = `query($it: [_Any!]!) { _entities(representations: $it) {
      ... on User { email } ... on ApiClient { name } } }`;
    const seen = async (token: string, it: object): Promise<unknown> => {
      const { body } = await ask(token, query, { it: [it] });
      return (body.data["_entities"] as unknown[] | undefined)?.[0] ?? codes({ body })?.[0];
    };
    const aUser = { __typename: "User", id: user.userId };
    const aClient = { __typename: "ApiClient", id: clientId };
    expect(await seen(tokens.access_token, aUser)).toEqual({ email: user.email });
    expect(await seen(adminToken, aUser)).toEqual({ email: user.email });
    expect(await seen(adminToken, aClient)).toEqual({ name: "Referenced" });
    expect(await seen(strongAccountantToken, aUser)).toBeUndefined();
    expect(await seen(strongAccountantToken, aClient)).toBe("FORBIDDEN");
    expect(await seen(adminToken, { __typename: "User", id: newId() })).toBeUndefined();
  });

  test("lets nobody change their own access, nor through a client they made", async () => {
    const { subject } = await verify(adminToken);
    const made = await makeClient({ name: "Second hand", scopes: ["admin"] });
    const { access_token: token } = await grant(made, { scope: "admin" });
    for (const hand of [adminToken, token]) {
      const raise = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin", "approver"], allFunds: true}) { id } }`;
      expect(codes(await ask(hand, raise))).toEqual(["FORBIDDEN"]);
    }
  });

  test("knows the person behind a client that was made by a client", async () => {
    const { subject } = await verify(adminToken);
    const first = await makeClient({ name: "First hand", scopes: ["admin", "ledger:approve"] });
    const { access_token: token } = await grant(first, { scope: "admin ledger:approve" });
    const second = await makeClient({ name: "Second", scopes: ["admin", "ledger:approve"] }, token);
    const hand = (await grant(second, { scope: "admin" })).access_token;
    expect((await verify(hand)).owner).toBe(subject);
    const raise = `mutation { changeAccess(input: {userId: "${subject}", roles: ["admin"], allFunds: true}) { id } }`;
    expect(codes(await ask(hand, raise))).toEqual(["FORBIDDEN"]);
  });

  test("makes whoever is shown a client's new secret the person behind it", async () => {
    const made = await makeClient({ name: "Handed over", scopes: ["ledger:approve"] });
    const other = await addUser(identity.parts, "admin", { totp: true });
    const { tokens } = await signIn(identity, other);
    const rotate = async (token: string, graceSeconds: number) =>
      ask(token, ROTATE, { input: { clientId: made.clientId, graceSeconds } });
    expect(codes(await rotate(tokens.access_token, 60))).toEqual(["INVALID_INPUT"]);
    const { body } = await rotate(tokens.access_token, 0);
    const { clientSecret } = body.data["rotateApiClientSecret"] as { clientSecret: string };
    const { access_token: token } = await grant({ ...made, clientSecret });
    expect((await verify(token)).owner).toBe(other.userId);
    await expect(grant(made)).rejects.toMatchObject({ error: "invalid_client" });
  });

  test("shows nobody the secret of a client that may do more than they", async () => {
    const strong = await makeClient({ name: "Strong", scopes: ["ledger:write"] });
    const weak = await makeClient({ name: "Weak", scopes: ["admin"] });
    const { access_token: token } = await grant(weak, { scope: "admin" });
    const rotated = await ask(token, ROTATE, { input: { clientId: strong.clientId } });
    expect(codes(rotated)).toEqual(["FORBIDDEN"]);
    await expect(grant(strong)).resolves.toBeDefined();
  });

  test("lets an administrator of some funds reach no other, through nobody", async () => {
    const fundIds = [newId()];
    const partial = await addUser(identity.parts, "admin", { totp: true, fundIds });
    const token = (await signIn(identity, partial)).tokens.access_token;
    const made = await makeClient({ name: "Wide", scopes: ["ledger:read"] });
    const viewer = await addUser(identity.parts, "viewer");
    for (const mutation of [
      `createApiClient(input: {name: "Mine", scopes: ["ledger:read"]}) { clientSecret }`,
      `rotateApiClientSecret(input: {clientId: "${made.clientId}"}) { clientSecret }`,
      ...["allFunds: true", `allFunds: false, fundIds: ["${newId()}"]`].flatMap((funds) => [
        `inviteUser(input: {email: "${newId()}@b.example", name: "A", roles: ["viewer"], ${funds}}) { id }`,
        `changeAccess(input: {userId: "${viewer.userId}", roles: ["viewer"], ${funds}}) { id }`,
      ]),
    ]) {
      expect([mutation, codes(await ask(token, `mutation { ${mutation} }`))]).toEqual([
        mutation,
        ["FORBIDDEN"],
      ]);
    }
    const own = `mutation { changeAccess(input: {userId: "${viewer.userId}", roles: ["viewer"], allFunds: false, fundIds: ["${fundIds[0]}"]}) { id } }`;
    expect(codes(await ask(token, own))).toBeUndefined();
  });

  test("refuses scopes and roles that do not exist", async () => {
    const odd = await ask(adminToken, CREATE, { input: { name: "Odd", scopes: ["all:things"] } });
    expect(codes(odd)).toEqual(["INVALID_INPUT"]);
    const role = `mutation { inviteUser(input: {email: "a@b.example", name: "A", roles: ["king"]}) { id } }`;
    expect(codes(await ask(adminToken, role))).toEqual(["INVALID_INPUT"]);
    const lines = `mutation { inviteUser(input: {email: "a@b.example", name: "A\\nB", roles: ["viewer"]}) { id } }`;
    expect(codes(await ask(adminToken, lines))).toEqual(["INVALID_INPUT"]);
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
