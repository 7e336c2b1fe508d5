import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codes, queryGraph } from "../graph.fixture.ts";
import { CREATE, makeClient } from "../clients/api-client.fixture.ts";
import { addTenant, addUser, openService, type RunningService } from "../service.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let service: RunningService;
let adminToken: string;
let accountantToken: string;
let strongAccountantToken: string;
beforeAll(async () => {
  service = await openService();
  const admin = await addUser(service, "admin", { totp: true });
  adminToken = await tokenOf(service, admin);
  const accountant = await addUser(service, "accountant");
  accountantToken = await tokenOf(service, accountant);
  const strong = await addUser(service, "accountant", { totp: true });
  strongAccountantToken = await tokenOf(service, strong);
});
afterAll(() => service.close());

describe("the graph", () => {
  test("refuses a request without a token, with a challenge", async () => {
    const response = await queryGraph(service, undefined, "{ me { subject } }");
    expect(response.status).toBe(401);
    expect(codes(response)).toEqual(["UNAUTHENTICATED"]);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
  });

  test.each([
    ["64 kB long", "x".repeat(65_536)],
    ["malformed", "nonsense"],
  ])("refuses a token that is %s with a coded 401 and nothing else", async (_what, token) => {
    const response = await queryGraph(service, token, "{ me { subject } }");
    expect(response.status).toBe(401);
    expect(response.body).toEqual({
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

  test("accepts no WebSocket", async () => {
    const url = `${service.issuer.replace("http:", "ws:")}/graphql`;
    const socket = new WebSocket(url, "graphql-transport-ws");
    const outcome = await new Promise((resolve) => {
      socket.addEventListener("open", () => resolve("open"));
      socket.addEventListener("error", () => resolve("refused"));
    });
    socket.close();
    expect(outcome).toBe("refused");
  });

  test("returns the caller of a token", async () => {
    const { body } = await queryGraph(
      service,
      accountantToken,
      "{ me { roles acr scopes user { name } } }",
    );
    expect(body.data["me"]).toEqual({
      roles: ["accountant"],
      acr: "pwd",
      scopes: [
        "ledger:read",
        "ledger:write",
        "ledger:propose",
        "investors:read",
        "investors:write",
        "metrics:read",
        "analytics:read",
        "analytics:run",
        "analytics:write",
      ],
      user: { name: "Test Person" },
    });
  });

  test.each([
    ["the audit log", "{ auditTrail { nodes { action } } }"],
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
  ])("refuses %s to an accountant, with one factor or two", async (_what, query) => {
    expect(codes(await queryGraph(service, accountantToken, query))).toEqual(["FORBIDDEN"]);
    expect(codes(await queryGraph(service, strongAccountantToken, query))).toEqual(["FORBIDDEN"]);
  });

  test("lets assistants in when an administrator does, and records it", async () => {
    const read = "{ assistantAccess { allowed changedBy } }";
    const change = "mutation { setAssistantAccess(allowed: true) { allowed } }";
    expect((await queryGraph(service, accountantToken, read)).body.data).toEqual({
      assistantAccess: { allowed: false, changedBy: null },
    });
    expect(codes(await queryGraph(service, strongAccountantToken, change))).toEqual(["FORBIDDEN"]);
    await queryGraph(service, adminToken, change);
    expect((await queryGraph(service, accountantToken, read)).body.data).toEqual({
      assistantAccess: { allowed: true, changedBy: expect.any(String) as string },
    });
    const recorded =
      '{ auditTrail(filter: {actions: ["assistants.change"]}) { nodes { detail } } }';
    expect((await queryGraph(service, adminToken, recorded)).body.data).toEqual({
      auditTrail: { nodes: [{ detail: { allowed: true } }] },
    });
  });

  test("has everyone in a tenant use two factors when an administrator requires it, and records it", async () => {
    const tenantId = await addTenant(service);
    const [admin, accountant] = [
      await tokenOf(service, await addUser(service, "admin", { tenantId, totp: true })),
      await tokenOf(service, await addUser(service, "accountant", { tenantId, totp: true })),
    ];
    const change = "mutation { requireSecondFactor }";
    const policy = async () =>
      (await queryGraph(service, accountant, "{ secondFactorPolicy }")).body.data;
    expect(await policy()).toEqual({ secondFactorPolicy: "BY_ROLE" });
    expect(codes(await queryGraph(service, accountant, change))).toEqual(["FORBIDDEN"]);
    await queryGraph(service, admin, change);
    expect(await policy()).toEqual({ secondFactorPolicy: "EVERYONE" });
    const recorded =
      '{ auditTrail(filter: {actions: ["second-factor.require"]}) { nodes { detail } } }';
    expect((await queryGraph(service, admin, recorded)).body.data).toEqual({
      auditTrail: { nodes: [{ detail: { policy: "EVERYONE" } }] },
    });
  });

  test("shows a referenced user to themselves and to administrators, a client to administrators", async () => {
    const user = await addUser(service, "viewer");
    const { tokens } = await signIn(service, user);
    const { clientId } = await makeClient(service, adminToken, "Referenced", "ledger:read");
    const query = `query($references: [_Any!]!) { _entities(representations: $references) {
      ... on User { email } ... on ApiClient { name } } }`;
    const resolve = async (token: string, reference: object): Promise<unknown> => {
      const { body } = await queryGraph(service, token, query, { references: [reference] });
      return (body.data["_entities"] as unknown[] | undefined)?.[0] ?? codes({ body })?.[0];
    };
    const aUser = { __typename: "User", id: user.userId };
    const aClient = { __typename: "ApiClient", id: clientId };
    expect(await resolve(tokens.access_token, aUser)).toEqual({ email: user.email });
    expect(await resolve(adminToken, aUser)).toEqual({ email: user.email });
    expect(await resolve(adminToken, aClient)).toEqual({ name: "Referenced" });
    expect(await resolve(strongAccountantToken, aUser)).toBeUndefined();
    expect(await resolve(strongAccountantToken, aClient)).toBe("FORBIDDEN");
    expect(await resolve(adminToken, { __typename: "User", id: newId() })).toBeUndefined();
  });

  test("refuses an administrator of some funds access to others, also through users and clients", async () => {
    const fundIds = [newId()];
    const partial = await addUser(service, "admin", { totp: true, fundIds });
    const token = await tokenOf(service, partial);
    const made = await makeClient(service, adminToken, "Wide", "ledger:read");
    const viewer = await addUser(service, "viewer");
    for (const mutation of [
      `createApiClient(input: {name: "Mine", scopes: ["ledger:read"]}) { clientSecret }`,
      `rotateApiClientSecret(input: {clientId: "${made.clientId}"}) { clientSecret }`,
      ...["allFunds: true", `allFunds: false, fundIds: ["${newId()}"]`].flatMap((funds) => [
        `inviteUser(input: {email: "${newId()}@b.example", name: "A", roles: ["viewer"], ${funds}}) { id }`,
        `changeAccess(input: {userId: "${viewer.userId}", roles: ["viewer"], ${funds}}) { id }`,
      ]),
    ]) {
      expect([
        mutation,
        codes(await queryGraph(service, token, `mutation { ${mutation} }`)),
      ]).toEqual([mutation, ["FORBIDDEN"]]);
    }
    const own = `mutation { changeAccess(input: {userId: "${viewer.userId}", roles: ["viewer"], allFunds: false, fundIds: ["${fundIds[0]}"]}) { id } }`;
    expect(codes(await queryGraph(service, token, own))).toBeUndefined();
  });

  test("refuses scopes and roles that do not exist, and names of several lines", async () => {
    const odd = await queryGraph(service, adminToken, CREATE, {
      input: { name: "Odd", scopes: ["all:things"] },
    });
    expect(codes(odd)).toEqual(["INVALID_INPUT"]);
    const role = `mutation { inviteUser(input: {email: "a@b.example", name: "A", roles: ["king"]}) { id } }`;
    expect(codes(await queryGraph(service, adminToken, role))).toEqual(["INVALID_INPUT"]);
    const lines = `mutation { inviteUser(input: {email: "a@b.example", name: "A\\nB", roles: ["viewer"]}) { id } }`;
    expect(codes(await queryGraph(service, adminToken, lines))).toEqual(["INVALID_INPUT"]);
  });
});
