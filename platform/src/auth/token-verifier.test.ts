import { setTimeout as sleep } from "node:timers/promises";
import { base64url, exportSPKI, generateKeyPair, importJWK } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEMO_TENANT_ID } from "../context.ts";
import { createTestIssuer, type TestIssuer } from "../testing/test-issuer.ts";
import { createTokenVerifier, type TokenVerifierOptions } from "./token-verifier.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  issuer = await createTestIssuer();
});
afterEach(() => issuer.stop());

const verifier = (more: Partial<TokenVerifierOptions> = {}) =>
  createTokenVerifier({
    issuer: issuer.url,
    audience: issuer.audience,
    jwksUri: issuer.jwksUri,
    ...more,
  });

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

test("a good token tells who calls", async () => {
  expect(await verifier().verify(await issuer.token())).toEqual({
    kind: "user",
    tenantId: DEMO_TENANT_ID,
    subject: "user-1",
    clientId: "web",
    roles: ["accountant"],
    scopes: ["ledger:read", "ledger:write"],
    funds: "*",
    acr: "mfa",
    amr: ["pwd", "otp", "mfa"],
    expiresAt: expect.any(Date) as Date,
  });
});

const unsigned = async (): Promise<string> => {
  const [, payload] = (await issuer.token()).split(".");
  return `${base64url.encode(JSON.stringify({ alg: "none", typ: "at+jwt" }))}.${payload}.`;
};

const signedWithThePublicKey = async (): Promise<string> => {
  const key = await importJWK({ ...issuer.keys[0]?.jwk, ext: true }, "ES256");
  const pem = new TextEncoder().encode(await exportSPKI(key as never));
  return issuer.sign(pem, {}, { alg: "HS256", kid: "first" });
};

const forged = async (): Promise<string> => {
  const { privateKey } = await generateKeyPair("ES256");
  return issuer.sign(privateKey, {}, { kid: "first" });
};

const tampered = async (): Promise<string> => {
  const [header, payload, signature] = (await issuer.token()).split(".");
  const claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as object;
  return `${header}.${base64url.encode(JSON.stringify({ ...claims, tenant: "other" }))}.${signature}`;
};

test.each<[string, () => Promise<string> | string]>([
  ["expired", () => issuer.tokenWith({ exp: seconds(-6) })],
  ["not valid yet", () => issuer.tokenWith({ nbf: seconds(60) })],
  ["of another issuer", () => issuer.tokenWith({ iss: "https://other.example" })],
  ["for another audience", () => issuer.tokenWith({ aud: "urn:other" })],
  ["without a signature", unsigned],
  ["signed with the public key as a secret", signedWithThePublicKey],
  ["signed with somebody else's key", forged],
  ["changed after signing", tampered],
  ["an id token", () => issuer.tokenWith({ aud: "web" }, { typ: "JWT" })],
  ["an id token for our audience", () => issuer.tokenWith({}, { typ: "JWT" })],
  ["without a type", () => issuer.tokenWith({}, { typ: undefined })],
  ["64 kB long", () => issuer.tokenWith({ filler: "x".repeat(65_536) })],
  ["without a subject", () => issuer.tokenWith({ sub: undefined })],
  ["without a tenant", () => issuer.tokenWith({ tenant: undefined })],
  ["without an end", () => issuer.tokenWith({ exp: undefined })],
  ["with a tenant that is no text", () => issuer.tokenWith({ tenant: ["a"] })],
  ["with an unknown key", () => issuer.tokenWith({}, { kid: "unknown" })],
  ["empty", () => ""],
  ["no token at all", () => "not.a.token"],
  ["an array in disguise", () => `${base64url.encode("[]")}.${base64url.encode("[]")}.AA`],
])("a token that is %s is refused with UNAUTHENTICATED and no more", async (_what, make) => {
  const refusal = verifier().verify(await make());
  await expect(refusal).rejects.toMatchObject({
    code: "UNAUTHENTICATED",
    status: 401,
    message: expect.stringMatching(/^The access token (is not valid|has expired)\.$/) as string,
  });
});

test("a clock that is five seconds off is forgiven", async () => {
  await expect(
    verifier().verify(await issuer.tokenWith({ exp: seconds(-3) })),
  ).resolves.toBeDefined();
});

describe("while the issuer is away", () => {
  test("good tokens go on being good, long after the keys should have been read again", async () => {
    const { verify } = verifier({ refreshAfterMs: 20, cooldownMs: 10 });
    const token = await issuer.token();
    await verify(token);
    issuer.goDown();
    for (let time = 0; time < 10; time += 1) {
      await sleep(15);
      await expect(verify(token)).resolves.toMatchObject({ subject: "user-1" });
    }
    expect(issuer.reads).toBeGreaterThan(3);
  });

  test("a token nobody can judge gets 503, one that is wrong at sight still gets 401", async () => {
    const { verify } = verifier({ cooldownMs: 0 });
    await verify(await issuer.token());
    await issuer.addKey("second");
    issuer.goDown();
    await expect(verify(await issuer.token())).rejects.toMatchObject({
      code: "UPSTREAM_UNAVAILABLE",
      status: 503,
    });
    const foreign = issuer.tokenWith({ iss: "https://other.example" });
    await expect(verify(await foreign)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await expect(verify(await unsigned())).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    issuer.comeBack();
    await expect(verify(await issuer.token())).resolves.toMatchObject({ subject: "user-1" });
  });

  test("from the start, nothing can be judged until it is there, and readiness says so", async () => {
    issuer.goDown();
    const { verify, ready } = verifier({ cooldownMs: 0 });
    await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    const token = await issuer.token();
    await expect(verify(token)).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
    issuer.comeBack();
    await expect(ready()).resolves.toBeUndefined();
    await expect(verify(token)).resolves.toBeDefined();
  });
});

test("a service that starts before its issuer looks again soon", async () => {
  issuer.goDown();
  const { ready } = verifier();
  await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  issuer.comeBack();
  await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  await sleep(300);
  await expect(ready()).resolves.toBeUndefined();
});

test("a new key is found at once, by one reading however many ask", async () => {
  const { verify } = verifier({ cooldownMs: 0 });
  await verify(await issuer.token());
  await issuer.addKey("second");
  const token = await issuer.token();
  await Promise.all(Array.from({ length: 20 }, () => verify(token)));
  expect(issuer.reads).toBe(2);
});

test("two hundred forged key ids do not make us read the keys more often", async () => {
  const { verify } = verifier();
  await verify(await issuer.token());
  for (let time = 0; time < 200; time += 1) {
    const forgedKid = issuer.tokenWith({}, { kid: `forged-${time}` });
    await expect(verify(await forgedKid)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  }
  expect(issuer.reads).toBe(1);
});

test("a key the issuer has withdrawn stops working after the next reading", async () => {
  const { verify } = verifier({ refreshAfterMs: 10, cooldownMs: 0 });
  const token = await issuer.token();
  await verify(token);
  await issuer.addKey("second");
  issuer.keys.shift();
  await sleep(20);
  await verify(token).catch(() => undefined);
  await sleep(50);
  await expect(verify(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});
