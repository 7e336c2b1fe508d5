import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, codes } from "../ask.fixture.ts";
import { CREATE, makeClient } from "../clients/api-client.fixture.ts";
import { addUser, runIdentity, type RunningIdentity } from "../identity.fixture.ts";
import { signIn } from "../sign-in.fixture.ts";
import { tokenOf } from "../tokens.fixture.ts";

let identity: RunningIdentity;
let adminToken: string;
let accountantToken: string;
let strongAccountantToken: string;
beforeAll(async () => {
  identity = await runIdentity();
  const admin = await addUser(identity.parts, "admin", { totp: true });
  adminToken = await tokenOf(identity, admin);
  const accountant = await addUser(identity.parts, "accountant");
  accountantToken = await tokenOf(identity, accountant);
  const strong = await addUser(identity.parts, "accountant", { totp: true });
  strongAccountantToken = await tokenOf(identity, strong);
});
afterAll(() => identity.stop());

describe("the graph", () => {
  test("answers nothing without a token, and says how to get one", async () => {
    const answer = await ask(identity, undefined, "{ me { subject } }");
    expect(answer.status).toBe(401);
    expect(codes(answer)).toEqual(["UNAUTHENTICATED"]);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });

  test.each([
    ["64 kB long", "x".repeat(65_536)],
    ["no token", "nonsense"],
  ])("refuses a token that is %s with a coded 401 and nothing else", async (_what, token) => {
    const answer = await ask(identity, token, "{ me { subject } }");
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
    const { body } = await ask(
      identity,
      accountantToken,
      "{ me { roles acr scopes user { name } } }",
    );
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
    expect(codes(await ask(identity, accountantToken, query))).toEqual(["FORBIDDEN"]);
    expect(codes(await ask(identity, strongAccountantToken, query))).toEqual(["FORBIDDEN"]);
  });

  test("shows a referenced user to themself and to administrators, a client to administrators", async () => {
    const user = await addUser(identity.parts, "viewer");
    const { tokens } = await signIn(identity, user);
    const { clientId } = await makeClient(identity, adminToken, "Referenced", "ledger:read");
    const query = `query($it: [_Any!]!) { _entities(representations: $it) {
      ... on User { email } ... on ApiClient { name } } }`;
    const seen = async (token: string, it: object): Promise<unknown> => {
      const { body } = await ask(identity, token, query, { it: [it] });
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

  test("lets an administrator of some funds reach no other, through nobody", async () => {
    const fundIds = [newId()];
    const partial = await addUser(identity.parts, "admin", { totp: true, fundIds });
    const token = await tokenOf(identity, partial);
    const made = await makeClient(identity, adminToken, "Wide", "ledger:read");
    const viewer = await addUser(identity.parts, "viewer");
    for (const mutation of [
      `createApiClient(input: {name: "Mine", scopes: ["ledger:read"]}) { clientSecret }`,
      `rotateApiClientSecret(input: {clientId: "${made.clientId}"}) { clientSecret }`,
      ...["allFunds: true", `allFunds: false, fundIds: ["${newId()}"]`].flatMap((funds) => [
        `inviteUser(input: {email: "${newId()}@b.example", name: "A", roles: ["viewer"], ${funds}}) { id }`,
        `changeAccess(input: {userId: "${viewer.userId}", roles: ["viewer"], ${funds}}) { id }`,
      ]),
    ]) {
      expect([mutation, codes(await ask(identity, token, `mutation { ${mutation} }`))]).toEqual([
        mutation,
        ["FORBIDDEN"],
      ]);
    }
    const own = `mutation { changeAccess(input: {userId: "${viewer.userId}", roles: ["viewer"], allFunds: false, fundIds: ["${fundIds[0]}"]}) { id } }`;
    expect(codes(await ask(identity, token, own))).toBeUndefined();
  });

  test("refuses scopes and roles that do not exist", async () => {
    const odd = await ask(identity, adminToken, CREATE, {
      input: { name: "Odd", scopes: ["all:things"] },
    });
    expect(codes(odd)).toEqual(["INVALID_INPUT"]);
    const role = `mutation { inviteUser(input: {email: "a@b.example", name: "A", roles: ["king"]}) { id } }`;
    expect(codes(await ask(identity, adminToken, role))).toEqual(["INVALID_INPUT"]);
    const lines = `mutation { inviteUser(input: {email: "a@b.example", name: "A\\nB", roles: ["viewer"]}) { id } }`;
    expect(codes(await ask(identity, adminToken, lines))).toEqual(["INVALID_INPUT"]);
  });
});
