import { generateKeyPairSync } from "node:crypto";
import { createTestKey } from "@allfunds/platform/testing";
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_ACCESS } from "../guard/auth/own-access.ts";
import { eventually } from "../service.fixture.ts";
import { openEchoGateway, type EchoGateway } from "./echo-gateway.fixture.ts";

let gateway: EchoGateway;
/** A gateway whose issuer is down, with the headers of a token verified before and of one that was not. */
let cutOff: { gateway: EchoGateway; verified: Headers; unverified: Headers };
type Headers = Record<string, string>;

beforeAll(async () => {
  gateway = await openEchoGateway();
  const other = await openEchoGateway();
  const verified = await other.issuer.headers();
  await other.post(WHOAMI, verified);
  await other.issuer.addKey("second");
  const unverified = await other.issuer.headers({ subject: "another" });
  other.issuer.goDown();
  cutOff = { gateway: other, verified, unverified };
});
afterAll(async () => {
  await gateway.close();
  await cutOff.gateway.close();
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
const WHOAMI = { query: "{ whoami }" };

describe("a request without a token", () => {
  it.each([
    ["a query", { query: "{ whoami }" }],
    ["a query without access rules", { query: "{ __typename }" }],
    ["introspection", { query: getIntrospectionQuery() }],
    ["a text that does not parse", { query: "{" }],
    ["an empty body", {}],
  ])("is refused as a whole when it is %s", async (_name, body) => {
    const before = gateway.subgraph.received.length;
    const { status, headers, data, errors } = await gateway.post(body);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(data).toBeUndefined();
    expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["UNAUTHENTICATED"]);
    expect(gateway.subgraph.received.length).toBe(before);
  });

  it("is answered when it reads the health", async () => {
    const { status } = await fetch(gateway.url.replace("/graphql", "/health/ready"));
    expect(status).toBe(200);
  });
});

describe("a token", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  it.each([
    ["it has expired", () => gateway.issuer.token({ expiresIn: -60 })],
    ["its issuer is another", () => gateway.issuer.tokenWith({ iss: "https://else.example" })],
    ["its audience is another", () => gateway.issuer.tokenWith({ aud: "urn:else" })],
    ["it is an id_token", () => gateway.issuer.tokenWith({}, { typ: "JWT" })],
    [
      "its algorithm is none",
      () => `${encoded({ alg: "none", typ: "at+jwt" })}.${encoded({ iss: gateway.issuer.url })}.`,
    ],
    [
      "it is signed with the public key as a secret",
      () =>
        gateway.issuer.sign(
          Buffer.from(JSON.stringify(gateway.issuer.keys[0]?.jwk)),
          {},
          { alg: "HS256", kid: "first" },
        ),
    ],
    [
      "it is signed with another key",
      () => gateway.issuer.sign(other as never, {}, { kid: "first" }),
    ],
    ["it is 64 kB long", () => "x".repeat(64 * 1024)],
    ["it is no token", () => "not a token"],
  ])("is refused before a subgraph is called when %s", async (_name, make) => {
    const before = gateway.subgraph.received.length;
    const { status, headers, errors } = await gateway.post(WHOAMI, bearer(await make()));
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain("invalid_token");
    expect(errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
    expect(gateway.subgraph.received.length).toBe(before);
  });
});

describe("a valid token", () => {
  it("is sent to the subgraphs with the client's address when a request carries it", async () => {
    const headers = await gateway.issuer.headers();
    const { data } = await gateway.post(WHOAMI, { ...headers, "x-forwarded-for": "203.0.113.9" });
    expect(data).toEqual({ whoami: headers.authorization });
    // No proxy is trusted, so its X-Forwarded-For does not count.
    expect(gateway.subgraph.received.at(-1)).toMatchObject({ "x-forwarded-for": "127.0.0.1" });
  });

  it("receives its own answer when twenty others run the same query", async () => {
    const before = gateway.subgraph.received.length;
    gateway.subgraph.gate.close();
    const callers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        gateway.issuer.headers({ subject: `user-${index}`, funds: [`fund-${index}`] }),
      ),
    );
    const pending = callers.map((headers) => gateway.post(WHOAMI, headers));
    await eventually(() => gateway.subgraph.received.length).toBe(before + callers.length);
    gateway.subgraph.gate.open();
    const answers = await Promise.all(pending);
    expect(answers.map(({ data }) => data?.["whoami"])).toEqual(
      callers.map(({ authorization }) => authorization),
    );
  });
});

describe("the schema", () => {
  const SCHEMA = { query: "{ __schema { queryType { name } } __typename }" };

  it("is readable when the caller has the scope for it", async () => {
    const reader = await gateway.issuer.headers({ scopes: ["ledger:read"] });
    expect((await gateway.post(SCHEMA, reader)).data).toHaveProperty("__schema");
    const other = await gateway.issuer.headers({ scopes: ["metrics:read"] });
    const refused = await gateway.post(SCHEMA, other);
    expect([refused.status, refused.errors?.[0]?.extensions["code"]]).toEqual([403, "FORBIDDEN"]);
    expect((await gateway.post({ query: "{ __typename }" }, other)).data).toEqual({
      __typename: "Query",
    });
  });

  it("is not suggested from when the caller has no scope for it", async () => {
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

  it("is refused over a WebSocket when a fragment reads it without the scope", async () => {
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

  it("is requested when only it is missing, and opens the field", async () => {
    const scopes = ["ledger:approve"];
    const once = await gateway.issuer.headers({ scopes, acr: "pwd" });
    const before = gateway.subgraph.received.length;
    const { data, errors } = await gateway.post(APPROVE, once);
    expect(data).toEqual({ approve: null });
    expect(errors?.[0]?.extensions).toMatchObject({ code: "STEP_UP_REQUIRED", acr_values: "mfa" });
    expect(gateway.subgraph.received.length).toBe(before);
    const twice = await gateway.issuer.headers({ scopes, acr: "mfa" });
    expect((await gateway.post(APPROVE, twice)).data).toEqual({ approve: "approved" });
  });

  it("is named in the challenge when operations are refused as a whole", async () => {
    const strict = await openEchoGateway({
      access: { ...OWN_ACCESS, deny: "operation" },
    });
    const headers = await strict.issuer.headers({ scopes: ["ledger:approve"], acr: "pwd" });
    const refused = await strict.post(APPROVE, headers);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="mfa"',
    );
    await strict.close();
  });

  it("is not requested when a scope is missing too", async () => {
    const { errors } = await gateway.post(APPROVE, await gateway.issuer.headers({ acr: "pwd" }));
    expect(errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN" });
  });

  it("is not required when the caller is a client without users", async () => {
    const bot = await gateway.issuer.headers({
      scopes: ["ledger:approve"],
      acr: "",
      subject: "bot",
      clientId: "bot",
    });
    expect((await gateway.post(APPROVE, bot)).data).toEqual({ approve: "approved" });
  });
});

describe("a token that is bound to its client's key", () => {
  const PUBLIC_URL = "http://localhost:4000/graphql";

  it("is accepted over HTTP with a proof, once, and never as Bearer", async () => {
    const key = await createTestKey();
    const token = await gateway.issuer.tokenWith({ cnf: key.cnf });
    const dpop = await key.proofFor(token, "POST", PUBLIC_URL);
    const headers = { authorization: `DPoP ${token}`, dpop };
    expect((await gateway.post(WHOAMI, headers)).status).toBe(200);
    const again = await gateway.post(WHOAMI, headers);
    expect(again.status).toBe(401);
    expect(again.headers.get("www-authenticate")).toMatch(/^DPoP error="invalid_dpop_proof"/);
    const stolen = await gateway.post(WHOAMI, bearer(token));
    expect(stolen.status).toBe(401);
    expect(stolen.headers.get("www-authenticate")).toMatch(/^DPoP error="invalid_token"/);
  });

  it("opens a WebSocket with a proof for its address, and none without", async () => {
    const key = await createTestKey();
    const token = await gateway.issuer.tokenWith({ cnf: key.cnf });
    const authorization = `DPoP ${token}`;
    expect(await gateway.closeOf({ authorization })).toEqual([4401, "Unauthorized"]);
    const foreign = await key.proofFor(token, "POST", PUBLIC_URL);
    expect(await gateway.closeOf({ authorization, dpop: foreign })).toEqual([4401, "Unauthorized"]);
    const dpop = await key.proofFor(token, "GET", PUBLIC_URL.replace("http", "ws"));
    const client = gateway.connect({ authorization, dpop });
    // Two operations on one socket: the second needs no proof of its own.
    const both = [client.iterate(WHOAMI), client.iterate(WHOAMI)];
    for (const { value } of await Promise.all(both.map((answers) => answers.next()))) {
      expect(value).toHaveProperty("data.whoami");
    }
    await client.dispose();
  });
});

it("serves verified tokens and answers 503 to others when the issuer is unavailable", async () => {
  const { gateway, verified, unverified } = cutOff;
  // Keys read a moment ago count as complete; later the issuer is requested again.
  await eventually(async () => (await gateway.post(WHOAMI, unverified)).status).toBe(503);
  const { errors } = await gateway.post(WHOAMI, unverified);
  expect(errors?.[0]?.extensions["code"]).toBe("UPSTREAM_UNAVAILABLE");
  expect((await gateway.post(WHOAMI, verified)).status).toBe(200);
});
