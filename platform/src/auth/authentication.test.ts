import { afterEach, beforeEach, expect, test } from "vitest";
import { loadConfig } from "../config.ts";
import { DEMO_TENANT_ID } from "../context.ts";
import { newId } from "../ids.ts";
import { createLogger } from "../logging.ts";
import { createTestIssuer, type TestIssuer } from "../testing/test-issuer.ts";
import { authenticationShape, createAuthentication } from "./authentication.ts";
import { rememberVerified } from "./remember-verified.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await createTestIssuer();
});
afterEach(() => issuer.stop());

const logger = createLogger("test", "silent");
const authentication = (env: Record<string, string> = issuer.env) =>
  createAuthentication(loadConfig("test", authenticationShape, env), logger);

test("without a configured issuer the one on this machine counts, and nobody is let in unseen", async () => {
  const { contextOf } = authentication({});
  await expect(contextOf({})).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test("in production the issuer has to be said", () => {
  expect(() => authentication({ NODE_ENV: "production" })).toThrow(/OIDC_ISSUER: must be set/);
});

test("with an issuer the keys are found by discovery, and a token is asked for", async () => {
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

test.each([{ tenantId: "acme" }, { tenantId: "*" }])("a user of %j is nobody", async (who) => {
  const { contextOf } = authentication();
  await expect(contextOf(await issuer.headers(who))).rejects.toMatchObject({
    code: "UNAUTHENTICATED",
  });
});

test("a system client gets a token for every tenant, and knows when to come again", async () => {
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

test("an issuer that is away at the start is found when it comes back", async () => {
  issuer.goDown();
  const { contextOf, systemCredentials } = authentication();
  const credentials = systemCredentials("feed:read");
  await expect(credentials?.token()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  const headers = await issuer.headers();
  await expect(contextOf(headers)).rejects.toMatchObject({ status: 503 });
  issuer.comeBack();
  await expect(credentials?.token()).resolves.toBeDefined();
});

test("a discovery document of another issuer is not believed", async () => {
  const stranger = issuer.url.replace("127.0.0.1", "localhost");
  const { ready } = authentication({ OIDC_ISSUER: stranger });
  await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
});

test("an external issuer's claims, algorithm and type come from the environment", async () => {
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

test.each(["nonsense", '{"tennant":"t"}', "[]"])("claims written as %s are refused", (text) => {
  expect(() => authentication({ OIDC_CLAIMS: text })).toThrow("OIDC_CLAIMS: must be a JSON object");
});

test("a good token is verified once a minute, and not remembered past its end", async () => {
  let verified = 0;
  let now = Date.now();
  const caller = await authentication()
    .contextOf(await issuer.headers({ expiresIn: 90 }))
    .then((context) => context.caller);
  if (caller === undefined) throw new Error("a verified token has a caller");
  const { verify } = rememberVerified(
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
