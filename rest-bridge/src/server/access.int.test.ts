import { createPublicKey } from "node:crypto";
import { createServer } from "node:http";
import { AppError } from "@allfunds/contract/errors";
import { createTestIssuer, createTestKey } from "@allfunds/platform/testing";
import { hasRedisServer, startRedisServer } from "@allfunds/platform/testing/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { alternativesOf } from "../endpoint/access.ts";
import { allEndpoints } from "../endpoints.ts";
import { FUND } from "../fake-graph/sample-values.fixture.ts";
import {
  openBridge,
  openService,
  sendJson,
  untilReady,
  type OpenService,
} from "../service.fixture.ts";

const LEDGER = `/api/v1/ledger?fundId=${FUND}`;

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
beforeEach(() => {
  service.graph.reset();
  service.audited.length = 0;
});
afterAll(() => service.close());

const withHeader = (authorization: string): RequestInit => ({ headers: { authorization } });
const pathOf = (path: string): string => path.replaceAll(/:\w+/g, FUND);

const changed = (claims: object) => () => service.issuer.tokenWith({ ...claims });

const BAD_TOKENS: Readonly<Record<string, () => string | Promise<string>>> = {
  "that has expired": changed({ exp: Math.floor(Date.now() / 1000) - 60 }),
  "of another issuer": changed({ iss: "https://elsewhere.example" }),
  "for another audience": changed({ aud: "urn:elsewhere" }),
  "without a tenant": changed({ tenant: undefined }),
  "of 64 kB": changed({ padding: "x".repeat(64 * 1024) }),
  "that is an id token": () => service.issuer.tokenWith({}, { typ: "JWT" }),
  "that declares no signature": async () => {
    const [, payload] = (await service.issuer.token()).split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    return `${header}.${payload}.`;
  },
  "signed with the public key for a secret": () => {
    const { jwk } = service.issuer.keys[0] ?? {};
    const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
    const secret = new TextEncoder().encode(String(key.export({ type: "spki", format: "pem" })));
    return service.issuer.sign(secret, {}, { alg: "HS256" });
  },
  "that is not a token": () => "not-a-token",
  "that is empty": () => "",
};

describe("without a valid token", () => {
  it.each(Object.entries(BAD_TOKENS))("answers a token %s with 401", async (_what, tokenOf) => {
    const answer = await service.send(LEDGER, withHeader(`Bearer ${await tokenOf()}`));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(answer.headers.get("x-trace-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.json()).toMatchObject({
      code: "UNAUTHENTICATED",
      traceId: answer.headers.get("x-trace-id"),
    });
    expect(service.graph.headers).toEqual([]);
  });

  it("accepts a token that is bound to a key with a proof only, and forwards it as such", async () => {
    const key = await createTestKey();
    const scope = "ledger:read";
    const token = await service.issuer.tokenWith({ cnf: key.cnf, scope });
    const dpop = await key.proofFor(token, "GET", "http://localhost:8000/api/v1/ledger");
    const authorization = `DPoP ${token}`;
    const answer = await service.send(LEDGER, { headers: { authorization, dpop } });
    expect(answer.status).toBe(200);
    expect(service.graph.headers).toMatchObject([
      { authorization, "allfunds-forwarded-by": expect.stringContaining(".") as string },
    ]);
    expect(service.graph.headers[0]).not.toHaveProperty("dpop");
    const again = await service.send(LEDGER, { headers: { authorization, dpop } });
    expect(again.headers.get("www-authenticate")).toMatch(/^DPoP error="invalid_dpop_proof"/);
    const stolen = await service.send(LEDGER, withHeader(`Bearer ${token}`));
    expect(stolen.headers.get("www-authenticate")).toMatch(/^DPoP error="invalid_token"/);
  });

  it.skipIf(!hasRedisServer)(
    "accepts a proof once for all replicas (skipped without redis-server)",
    async () => {
      const redis = await startRedisServer();
      const { issuer } = service;
      const settings = { issuer, config: { REDIS_URL: redis.url } };
      const replicas = await Promise.all([openService(settings), openService(settings)]);
      const key = await createTestKey();
      const token = await issuer.tokenWith({ cnf: key.cnf, scope: "ledger:read" });
      const statuses = async (): Promise<number[]> => {
        const dpop = await key.proofFor(token, "GET", "http://localhost:8000/api/v1/ledger");
        const headers = { authorization: `DPoP ${token}`, dpop };
        const answers = replicas.map(({ send }) => send(LEDGER, { headers }));
        return (await Promise.all(answers)).map(({ status }) => status).sort((a, b) => a - b);
      };
      // Until both are connected, each counts alone.
      await vi.waitFor(async () => expect(await statuses()).toEqual([200, 401]), {
        timeout: 60_000,
      });
      await redis.kill();
      expect(await statuses()).toEqual([200, 200]);
      await Promise.all(replicas.map(({ close }) => close()));
    },
  );

  it("refuses every endpoint", async () => {
    for (const { method, path } of allEndpoints) {
      const answer = await service.send(pathOf(path), { ...withHeader("none"), method });
      expect([path, answer.json()]).toMatchObject([path, { code: "UNAUTHENTICATED" }]);
    }
    const head = await service.send(LEDGER, { ...withHeader("none"), method: "HEAD" });
    expect(head.status).toBe(401);
  });

  it("answers health, metrics, the document and unknown paths as with a token", async () => {
    for (const path of ["/health/live", "/metrics", "/api/v1/openapi.json"]) {
      expect((await service.send(path, withHeader("none"))).status).toBe(200);
    }
    await untilReady(() => service.send("/health/ready", withHeader("none")));
    expect((await service.send("/api/v1/nothing", withHeader("none"))).status).toBe(404);
    expect((await service.send("/api/v1/analyze", withHeader("none"))).status).toBe(405);
  });
});

describe("a token without a required scope", () => {
  it.each(allEndpoints.map((endpoint) => [endpoint.docs.operationId, endpoint] as const))(
    "is answered by %s with 403 before the body is read",
    async (_name, { method, path, access }) => {
      const [, ...alternatives] = alternativesOf(access);
      for (const missing of access.scopes) {
        const scopes = access.scopes.filter((scope) => scope !== missing);
        const others = alternatives.map((group) =>
          group.filter((scope) => !scopes.includes(scope)).join(" and the scope "),
        );
        const headers = await service.issuer.headers({ scopes });
        const init = method === "GET" ? { headers } : sendJson(method, "{ broken", headers);
        const answer = await service.send(pathOf(path), init);

        expect(answer.status).toBe(403);
        expect(answer.json()).toMatchObject({
          code: "FORBIDDEN",
          detail: `This needs the scope ${[missing, ...others].join(", or ")}.`,
        });
        const challenge = `Bearer error="insufficient_scope", scope="${access.scopes.join(" ")}"`;
        expect(answer.headers.get("www-authenticate")).toBe(challenge);
      }
      expect(service.graph.headers).toEqual([]);
    },
  );
});

describe("a request to the gateway", () => {
  it("carries the caller's own token", async () => {
    const headers = await service.issuer.headers({ scopes: ["ledger:read"] });
    expect((await service.send(LEDGER, { headers })).status).toBe(200);
    expect(service.graph.headers).toMatchObject([headers]);
  });

  it("carries the address of the client when the client claims another", async () => {
    await service.send(LEDGER, { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect(service.graph.headers).toMatchObject([{ "x-forwarded-for": "127.0.0.1" }]);
  });

  it("carries the address that a trusted proxy reports", async () => {
    const proxied = await openService({ config: { TRUSTED_PROXIES: ["127.0.0.1"] } });
    await proxied.send(LEDGER, { headers: { "x-forwarded-for": "198.51.100.1, 203.0.113.9" } });
    expect(proxied.graph.headers).toMatchObject([{ "x-forwarded-for": "203.0.113.9" }]);
    await proxied.close();
  });
});

describe("a refusal by the gateway", () => {
  it.each([
    ["FORBIDDEN", 403, null],
    ["UNAUTHENTICATED", 401, 'Bearer error="invalid_token"'],
    ["STEP_UP_REQUIRED", 401, 'Bearer error="insufficient_user_authentication", acr_values="mfa"'],
  ] as const)("with %s is answered with %i", async (code, status, challenge) => {
    service.graph.failure = new AppError(code, "A public sentence.");
    const answer = await service.send(LEDGER);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code, detail: "A public sentence." });
    expect(answer.headers.get("www-authenticate")).toBe(challenge);
  });

  it.each([
    [{ retryAfterSeconds: 7 }, "7"],
    [{}, "1"],
  ])("of a spent budget is answered with 429 and the wait, of %j", async (stated, wait) => {
    const body = {
      errors: [{ message: "Wait.", extensions: { code: "RATE_LIMITED", ...stated } }],
    };
    const server = createServer((_request, response) =>
      response.writeHead(429).end(JSON.stringify(body)),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const bridge = await openBridge(`http://127.0.0.1:${port}`);
    const answer = await bridge.send(LEDGER);
    await bridge.close();
    server.close();

    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe(wait);
  });
});

describe("the audit log receives", () => {
  it("callers without a scope or a second factor, with endpoint and address", async () => {
    const viewer = await service.issuer.headers({ subject: "vera", scopes: ["ledger:read"] });
    await service.send("/api/v1/holds", sendJson("POST", {}, viewer));
    const accountant = await service.issuer.headers({ subject: "ann", acr: "pwd" });
    await service.send(`/api/v1/periods/${FUND}/reopen`, sendJson("POST", {}, accountant));
    expect(service.audited).toMatchObject([
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

  it("repeated bad tokens as one event with a count", async () => {
    const other = await openService();
    for (let count = 0; count < 5; count++) await other.send(LEDGER, withHeader("Bearer a.b.c"));
    const first = [...other.audited];
    await other.close();
    expect(first).toMatchObject([
      { actorId: null, detail: { code: "UNAUTHENTICATED", token: "refused" } },
    ]);
    expect(other.audited.at(-1)).toMatchObject({ detail: { times: 4 } });
  });

  it("neither what the gateway reports itself nor invalid input", async () => {
    service.graph.failure = new AppError("FORBIDDEN", "A public sentence.");
    await service.send(LEDGER);
    await service.send("/api/v1/ledger?first=0");
    expect(service.audited).toEqual([]);
  });
});

describe("while the issuer is absent", () => {
  it("verifies tokens with the keys that are cached", async () => {
    const other = await openService();
    expect((await other.send(LEDGER)).status).toBe(200);
    other.issuer.goDown();
    const good = await other.send(LEDGER, { headers: await other.issuer.headers() });
    const bad = await other.send(LEDGER, withHeader("Bearer a.b.c"));
    await other.close();
    expect([good.status, bad.status]).toEqual([200, 401]);
  });

  it("answers 503, not 401, and is not ready when no key is cached", async () => {
    const issuer = await createTestIssuer();
    issuer.goDown();
    const other = await openService({ issuer });
    const answer = await other.send(LEDGER);
    const ready = await other.send("/health/ready");
    await other.close();
    issuer.stop();

    expect(answer.status).toBe(503);
    expect(answer.json()).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({ checks: { issuer: expect.stringContaining("Sign-in") } });
  });
});
