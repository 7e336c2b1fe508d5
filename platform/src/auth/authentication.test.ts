import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../config.ts";
import { DEMO_TENANT_ID } from "../context.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { createTestIssuer, type TestIssuer } from "../testing/test-issuer.ts";
import { authenticationShape, createAuthentication } from "./authentication.ts";
import { cacheVerified } from "./cache-verified.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await createTestIssuer();
});
afterEach(() => issuer.stop());

const logger = createLogger("test", "silent");
const authentication = (env: Record<string, string> = issuer.env) =>
  createAuthentication(loadConfig("test", authenticationShape, env), logger);

test("refuses a request without a token when no issuer is configured", async () => {
  const { contextOf } = authentication({});
  await expect(contextOf({})).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("fails when no issuer is configured in production", () => {
  expect(() => authentication({ NODE_ENV: "production" })).toThrow(/OIDC_ISSUER: must be set/);
});

test("discovers the keys and requires a token when an issuer is configured", async () => {
  const { contextOf, ready } = authentication();
  await expect(ready()).resolves.toBeUndefined();
  const tenantId = newId();
  const headers = await issuer.headers({ subject: "ann", tenantId, funds: ["f"] });
  expect(await contextOf(headers)).toMatchObject({
    tenantId,
    actor: "ann",
    caller: { funds: ["f"] },
  });
  await expect(contextOf({})).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test.each([{ tenantId: "acme" }, { tenantId: "*" }])(
  "refuses a user when the token names the tenant %j",
  async (who) => {
    const { contextOf } = authentication();
    await expect(contextOf(await issuer.headers(who))).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  },
);

test("grants a system client a token of every tenant with its renewal time when it signs in", async () => {
  const { contextOf, systemCredentials } = authentication();
  issuer.grantSeconds = 90;
  const { token, renewInMs } = (await systemCredentials("feed:read")?.grant()) ?? {};
  expect(renewInMs).toBeGreaterThan(29_000);
  expect(renewInMs).toBeLessThan(46_000);
  expect(await contextOf({ authorization: `Bearer ${token}` })).toMatchObject({
    tenantId: "*",
    scopes: ["feed:read"],
    caller: { kind: "client" },
  });
});

test("finds the issuer when it becomes available after the start", async () => {
  issuer.goDown();
  const { contextOf, systemCredentials } = authentication();
  const credentials = systemCredentials("feed:read");
  await expect(credentials?.token()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  const headers = await issuer.headers();
  await expect(contextOf(headers)).rejects.toMatchObject({ status: 503 });
  issuer.comeBack();
  await expect(credentials?.token()).resolves.toBeDefined();
});

test("refuses the discovery document when it names another issuer", async () => {
  const alias = issuer.url.replace("127.0.0.1", "localhost");
  const { ready } = authentication({ OIDC_ISSUER: alias });
  await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
});

test("reads claims, algorithms and type from the environment when the issuer is external", async () => {
  const { contextOf } = authentication({
    ...issuer.env,
    OIDC_JWKS_URI: issuer.jwksUri,
    OIDC_TOKEN_TYPE: "any",
    OIDC_ALGORITHMS: "RS256, ES256",
    OIDC_CLAIMS: JSON.stringify({
      fixedTenant: DEMO_TENANT_ID,
      roles: "groups",
      scopesOfRole: { boss: ["ledger:read"] },
    }),
  });
  const token = await issuer.tokenWith(
    { tenant: undefined, groups: ["boss"], scope: "openid" },
    { typ: "JWT" },
  );
  expect(await contextOf({ authorization: `Bearer ${token}` })).toMatchObject({
    tenantId: DEMO_TENANT_ID,
    scopes: ["ledger:read"],
  });
});

test.each(["nonsense", '{"tennant":"t"}', "[]"])(
  "refuses the configuration when OIDC_CLAIMS is %s",
  (text) => {
    expect(() => authentication({ OIDC_CLAIMS: text })).toThrow(
      "OIDC_CLAIMS: must be a JSON object",
    );
  },
);

test("verifies a token again when a minute has passed or it has expired", async () => {
  let verified = 0;
  let now = Date.now();
  const caller = await authentication()
    .contextOf(await issuer.headers({ expiresIn: 90 }))
    .then((context) => context.caller);
  if (caller === undefined) throw new Error("a verified token has a caller");
  const { verify } = cacheVerified(
    {
      verify: () => {
        verified += 1;
        return Promise.resolve(caller);
      },
      ready: () => Promise.resolve(),
    },
    () => now,
  );
  const readAfter = async (ms: number): Promise<number> => {
    now += ms;
    await verify("token");
    return verified;
  };
  expect(await readAfter(0)).toBe(1);
  expect(await readAfter(59_000)).toBe(1);
  expect(await readAfter(2_000)).toBe(2);
  expect(await readAfter(30_000)).toBe(3);
  expect(await readAfter(1)).toBe(4);
});
