import { createPublicKey } from "node:crypto";
import { createServer } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sendJson, startBridge, startHouse } from "../bridge.fixture.ts";
import { allEndpoints } from "../endpoints/endpoints.ts";
import { FUND } from "../stand-in/sample-values.fixture.ts";

const LEDGER = `/api/v1/ledger?fundId=${FUND}`;

let house: Awaited<ReturnType<typeof startHouse>>;
beforeAll(async () => {
  house = await startHouse();
});
beforeEach(() => {
  house.graph.received.length = 0;
  house.audited.length = 0;
  house.graph.failure = undefined;
});
afterAll(() => house.close());

const withHeader = (authorization: string): RequestInit => ({ headers: { authorization } });
const pathOf = (path: string): string => path.replaceAll(/:\w+/g, FUND);

const changed = (claims: object) => () => house.issuer.tokenWith({ ...claims });

const BAD_TOKENS: Readonly<Record<string, () => string | Promise<string>>> = {
  "that has expired": changed({ exp: Math.floor(Date.now() / 1000) - 60 }),
  "of another issuer": changed({ iss: "https://elsewhere.example" }),
  "for another audience": changed({ aud: "urn:elsewhere" }),
  "without a tenant": changed({ tenant: undefined }),
  "of 64 kB": changed({ padding: "x".repeat(64 * 1024) }),
  "that is an id token": () => house.issuer.tokenWith({}, { typ: "JWT" }),
  "that says it needs no signature": async () => {
    const [, payload] = (await house.issuer.token()).split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    return `${header}.${payload}.`;
  },
  "signed with the public key for a secret": () => {
    const { jwk } = house.issuer.keys[0] ?? {};
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    const secret = new TextEncoder().encode(String(key.export({ type: "spki", format: "pem" })));
    return house.issuer.sign(secret, {}, { alg: "HS256" });
  },
  "that is none": () => "not-a-token",
  "that is empty": () => "",
};

describe("without a good token", () => {
  it.each(Object.entries(BAD_TOKENS))("a token %s is 401", async (_what, tokenOf) => {
    const answer = await house.ask(LEDGER, withHeader(`Bearer ${await tokenOf()}`));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(answer.headers.get("x-trace-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.json()).toMatchObject({
      code: "UNAUTHENTICATED",
      traceId: answer.headers.get("x-trace-id"),
    });
    expect(house.graph.received).toEqual([]);
  });

  it("no endpoint answers", async () => {
    for (const { method, path } of allEndpoints) {
      const answer = await house.ask(pathOf(path), { ...withHeader("none"), method });
      expect([path, answer.json()]).toMatchObject([path, { code: "UNAUTHENTICATED" }]);
    }
    const head = await house.ask(LEDGER, { ...withHeader("none"), method: "HEAD" });
    expect(head.status).toBe(401);
  });

  it("health, figures and the document answer all the same, and what is not there is not there", async () => {
    for (const path of ["/health/live", "/health/ready", "/metrics", "/api/v1/openapi.json"]) {
      expect((await house.ask(path, withHeader("none"))).status).toBe(200);
    }
    expect((await house.ask("/api/v1/nothing", withHeader("none"))).status).toBe(404);
    expect((await house.ask("/api/v1/analyze", withHeader("none"))).status).toBe(405);
  });
});

describe("a token without a scope that is needed", () => {
  it.each(allEndpoints.map((endpoint) => [endpoint.docs.operationId, endpoint] as const))(
    "is 403 at %s before the body is read",
    async (_name, { method, path, access }) => {
      for (const missing of access.scopes) {
        const scopes = access.scopes.filter((scope) => scope !== missing);
        const headers = await house.issuer.headers({ scopes });
        const init = method === "GET" ? { headers } : sendJson(method, "{ broken", headers);
        const answer = await house.ask(pathOf(path), init);

        expect(answer.status).toBe(403);
        expect(answer.json()).toMatchObject({
          code: "FORBIDDEN",
          detail: `This needs the scope ${missing}.`,
        });
        const challenge = `Bearer error="insufficient_scope", scope="${access.scopes.join(" ")}"`;
        expect(answer.headers.get("www-authenticate")).toBe(challenge);
      }
      expect(house.graph.received).toEqual([]);
    },
  );
});

describe("what the gateway learns", () => {
  it("the caller's own token", async () => {
    const headers = await house.issuer.headers({ scopes: ["ledger:read"] });
    expect((await house.ask(LEDGER, { headers })).status).toBe(200);
    expect(house.graph.received).toMatchObject([headers]);
  });

  it("the address of the client, whatever the client says of itself", async () => {
    await house.ask(LEDGER, { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(house.graph.received).toMatchObject([{ "x-forwarded-for": "127.0.0.1" }]);
  });

  it("the address a trusted proxy tells", async () => {
    const proxied = await startHouse({ trustedProxies: ["127.0.0.1"] });
    await proxied.ask(LEDGER, { headers: { "x-forwarded-for": "198.51.100.1, 203.0.113.9" } });
    expect(proxied.graph.received).toMatchObject([{ "x-forwarded-for": "203.0.113.9" }]);
    await proxied.close();
  });
});

describe("what the gateway refuses", () => {
  it.each([
    ["FORBIDDEN", 403, null],
    ["UNAUTHENTICATED", 401, 'Bearer error="invalid_token"'],
    ["STEP_UP_REQUIRED", 401, 'Bearer error="insufficient_user_authentication", acr_values="mfa"'],
  ] as const)("%s is %i", async (code, status, challenge) => {
    house.graph.failure = new AppError(code, "A public sentence.");
    const answer = await house.ask(LEDGER);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code, detail: "A public sentence." });
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
  });

  it("a drained budget is 429 with the wait", async () => {
    const body = {
      errors: [{ message: "Wait.", extensions: { code: "RATE_LIMITED", retryAfterSeconds: 7 } }],
    };
    const server = createServer((_request, response) =>
      response.writeHead(429).end(JSON.stringify(body)),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const bridge = await startBridge(`http://127.0.0.1:${port}`);
    const answer = await bridge.ask(LEDGER);
    await bridge.close();
    server.close();

    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("7");
  });
});

describe("the audit trail learns", () => {
  it("who was turned away for want of a scope or a factor, where and from where", async () => {
    const viewer = await house.issuer.headers({ subject: "vera", scopes: ["ledger:read"] });
    await house.ask("/api/v1/holds", sendJson("POST", {}, viewer));
    const accountant = await house.issuer.headers({ subject: "ann", acr: "pwd" });
    await house.ask(`/api/v1/periods/${FUND}/reopen`, sendJson("POST", {}, accountant));
    expect(house.audited).toMatchObject([
      {
        action: "graph.refused",
        outcome: "REFUSED",
        actorId: "vera",
        ip: "127.0.0.1",
        subject: "POST /api/v1/holds",
        detail: { code: "FORBIDDEN", transport: "rest" },
      },
      { actorId: "ann", detail: { code: "STEP_UP_REQUIRED", acr: "pwd" } },
    ]);
  });

  it("of bad tokens without writing down every one", async () => {
    const mine = await startHouse();
    for (let count = 0; count < 5; count++) await mine.ask(LEDGER, withHeader("Bearer a.b.c"));
    const first = [...mine.audited];
    await mine.close();
    expect(first).toMatchObject([
      { actorId: null, detail: { code: "UNAUTHENTICATED", token: "refused" } },
    ]);
    expect(mine.audited.at(-1)).toMatchObject({ detail: { times: 4 } });
  });

  it("nothing of what the gateway tells itself, nor of faulty input", async () => {
    house.graph.failure = new AppError("FORBIDDEN", "A public sentence.");
    await house.ask(LEDGER);
    await house.ask("/api/v1/ledger?first=0");
    expect(house.audited).toEqual([]);
  });
});

describe("while the issuer is away", () => {
  it("known keys go on deciding", async () => {
    const mine = await startHouse();
    expect((await mine.ask(LEDGER)).status).toBe(200);
    mine.issuer.goDown();
    const known = await mine.ask(LEDGER, { headers: await mine.issuer.headers() });
    const bad = await mine.ask(LEDGER, withHeader("Bearer a.b.c"));
    await mine.close();
    expect([known.status, bad.status]).toEqual([200, 401]);
  });

  it("without keys a token is 503, not 401, and the bridge is not ready", async () => {
    const mine = await startHouse();
    mine.issuer.goDown();
    const answer = await mine.ask(LEDGER);
    const ready = await mine.ask("/health/ready");
    await mine.close();

    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({ checks: { issuer: expect.stringContaining("Sign-in") } });
  });
});
