import { generateKeyPairSync } from "node:crypto";
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAuthenticated } from "../guard/auth/is-authenticated.ts";
import { OWN_POLICIES } from "../guard/auth/own-policies.ts";
import { startEchoGateway, type EchoGateway } from "./echo-gateway.fixture.ts";

let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await startEchoGateway();
});
afterAll(async () => gateway.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const WHOAMI = { query: "{ whoami }" };

describe("a request without a token", () => {
  it.each([
    ["a query", { query: "{ whoami }" }],
    ["what needs nothing of anybody", { query: "{ __typename }" }],
    ["introspection", { query: getIntrospectionQuery() }],
    ["a text that is no operation", { query: "{" }],
    ["an empty body", {}],
  ])("is refused as a whole: %s", async (_name, body) => {
    const before = gateway.subgraph.asked.length;
    const { status, headers, data, errors } = await gateway.post(body);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(data).toBeUndefined();
    expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["UNAUTHENTICATED"]);
    expect(gateway.subgraph.asked.length).toBe(before);
  });

  it("still learns whether the gateway is well", async () => {
    const { status } = await fetch(gateway.url.replace("/graphql", "/health/ready"));
    expect(status).toBe(200);
  });
});

describe("a token that is not good is refused and nothing else:", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  it.each([
    ["one that has ended", () => gateway.issuer.token({ expiresIn: -60 })],
    ["another issuer's", () => gateway.issuer.tokenWith({ iss: "https://else.example" })],
    ["one for somebody else", () => gateway.issuer.tokenWith({ aud: "urn:else" })],
    ["an id_token", () => gateway.issuer.tokenWith({}, { typ: "JWT" })],
    [
      "one that says it needs no signature",
      () => `${encoded({ alg: "none", typ: "at+jwt" })}.${encoded({ iss: gateway.issuer.url })}.`,
    ],
    [
      "one signed with the public key as a secret",
      () =>
        gateway.issuer.sign(
          Buffer.from(JSON.stringify(gateway.issuer.keys[0]?.jwk)),
          {},
          { alg: "HS256", kid: "first" },
        ),
    ],
    [
      "one signed with another key",
      () => gateway.issuer.sign(other as never, {}, { kid: "first" }),
    ],
    ["one of 64 kB", () => "x".repeat(64 * 1024)],
    ["no token at all", () => "not a token"],
  ])("%s", async (_name, make) => {
    const before = gateway.subgraph.asked.length;
    const { status, headers, errors } = await gateway.post(WHOAMI, bearer(await make()));
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain("invalid_token");
    expect(errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
    expect(gateway.subgraph.asked.length).toBe(before);
  });
});

describe("a good token", () => {
  it("goes with every request to the subgraphs, as do trace and address", async () => {
    const headers = await gateway.issuer.headers();
    const { data } = await gateway.post(WHOAMI, { ...headers, "x-forwarded-for": "203.0.113.9" });
    expect(data).toEqual({ whoami: headers.authorization });
    // Nobody is trusted here to speak for others.
    expect(gateway.subgraph.asked.at(-1)).toMatchObject({ "x-forwarded-for": "127.0.0.1" });
  });

  it("never gets the answer that was meant for another, asked at the same moment", async () => {
    gateway.subgraph.delayMs = 30;
    const callers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        gateway.issuer.headers({ subject: `user-${index}`, funds: [`fund-${index}`] }),
      ),
    );
    const answers = await Promise.all(callers.map((headers) => gateway.post(WHOAMI, headers)));
    gateway.subgraph.delayMs = 0;
    expect(answers.map(({ data }) => data?.["whoami"])).toEqual(
      callers.map(({ authorization }) => authorization),
    );
  });
});

describe("the schema", () => {
  const SCHEMA = { query: "{ __schema { queryType { name } } __typename }" };

  it("is told to callers with the scope for it, and not to others", async () => {
    const reader = await gateway.issuer.headers({ scopes: ["ledger:read"] });
    expect((await gateway.post(SCHEMA, reader)).data).toHaveProperty("__schema");
    const other = await gateway.issuer.headers({ scopes: ["metrics:read"] });
    const refused = await gateway.post(SCHEMA, other);
    expect([refused.status, refused.errors?.[0]?.extensions["code"]]).toEqual([403, "FORBIDDEN"]);
    expect((await gateway.post({ query: "{ __typename }" }, other)).data).toEqual({
      __typename: "Query",
    });
  });

  it("is not hinted at to others", async () => {
    const messages: (string | undefined)[] = [];
    for (const scope of ["metrics:read", "ledger:read"]) {
      const headers = await gateway.issuer.headers({ scopes: [scope] });
      const { errors } = await gateway.post({ query: "{ whoam }" }, headers);
      messages.push(errors?.[0]?.message);
    }
    expect(messages).toEqual([
      'Cannot query field "whoam" on type "Query".',
      expect.stringContaining("Did you mean"),
    ]);
  });

  it("is guarded in the same way over a WebSocket, inside fragments too", async () => {
    const other = gateway.connect(await gateway.issuer.headers({ scopes: ["metrics:read"] }));
    const query = "{ ...S } fragment S on Query { s: __schema { queryType { name } } }";
    await expect(other.iterate({ query }).next()).rejects.toMatchObject([
      { extensions: { code: "FORBIDDEN" } },
    ]);
    await other.dispose();
  });
});

describe("a second factor", () => {
  const APPROVE = { query: "mutation { approve }" };

  it("is asked for where only it is missing, and opens the field", async () => {
    const scopes = ["ledger:approve"];
    const once = await gateway.issuer.headers({ scopes, acr: "pwd" });
    const before = gateway.subgraph.asked.length;
    const { data, errors } = await gateway.post(APPROVE, once);
    expect(data).toEqual({ approve: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "STEP_UP_REQUIRED", acr_values: "mfa" });
    expect(gateway.subgraph.asked.length).toBe(before);
    const twice = await gateway.issuer.headers({ scopes, acr: "mfa" });
    expect((await gateway.post(APPROVE, twice)).data).toEqual({ approve: "approved" });
  });

  it("is named in the challenge where operations are refused as a whole", async () => {
    const strict = await startEchoGateway({
      access: { ...OWN_POLICIES, deny: "operation", isAuthenticated },
    });
    const headers = await strict.issuer.headers({ scopes: ["ledger:approve"], acr: "pwd" });
    const refused = await strict.post(APPROVE, headers);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="mfa"',
    );
    await strict.close();
  });

  it("is not asked for where it would not help", async () => {
    const { errors } = await gateway.post(APPROVE, await gateway.issuer.headers({ acr: "pwd" }));
    expect(errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN" });
  });

  it("is not asked of programs, which have none", async () => {
    const program = await gateway.issuer.headers({
      scopes: ["ledger:approve"],
      acr: "",
      subject: "bot",
      clientId: "bot",
    });
    expect((await gateway.post(APPROVE, program)).data).toEqual({ approve: "approved" });
  });
});

it("lets good tokens go on while the issuer is away; one that nobody can judge gets 503", async () => {
  const gateway = await startEchoGateway();
  const known = await gateway.issuer.headers();
  expect((await gateway.post(WHOAMI, known)).status).toBe(200);
  await gateway.issuer.addKey("second");
  const unknown = await gateway.issuer.headers({ subject: "somebody" });
  gateway.issuer.goDown();
  // Keys that were read just now are taken for all there are; then the issuer is asked again.
  await expect
    .poll(async () => (await gateway.post(WHOAMI, unknown)).status, { timeout: 10_000 })
    .toBe(503);
  const { errors } = await gateway.post(WHOAMI, unknown);
  expect(errors?.[0]?.extensions["code"]).toBe("UPSTREAM_UNAVAILABLE");
  expect((await gateway.post(WHOAMI, known)).status).toBe(200);
  await gateway.close();
});
