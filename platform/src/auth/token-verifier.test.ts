import { base64url, exportSPKI, generateKeyPair, importJWK } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEMO_TENANT_ID } from "../context.ts";
import { createTestIssuer, type TestIssuer } from "../testing/test-issuer.ts";
import { createTokenVerifier, type TokenVerifierOptions } from "./token-verifier.ts";

let issuer: TestIssuer;
beforeEach(async () => {
  // Both clocks stand still unless a test advances them; timers and network stay real.
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  issuer = await createTestIssuer();
});
afterEach(() => {
  issuer.stop();
  vi.useRealTimers();
});

const verifier = (more: Partial<TokenVerifierOptions> = {}) =>
  createTokenVerifier({
    issuer: issuer.url,
    audience: issuer.audience,
    jwksUri: issuer.jwksUri,
    ...more,
  });

const PATIENCE = { timeout: 60_000 };

const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

test("returns the caller when the token is valid", async () => {
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
  ["signed with a foreign key", forged],
  ["changed after signing", tampered],
  ["an id token", () => issuer.tokenWith({ aud: "web" }, { typ: "JWT" })],
  ["an id token for the graph's audience", () => issuer.tokenWith({}, { typ: "JWT" })],
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
])("refuses with UNAUTHENTICATED and no detail when a token is %s", async (_what, make) => {
  const refusal = verifier().verify(await make());
  await expect(refusal).rejects.toMatchObject({
    code: "UNAUTHENTICATED",
    status: 401,
    message: expect.stringMatching(/^The access token (is not valid|has expired)\.$/) as string,
  });
});

test("accepts a token when it expired less than five seconds ago", async () => {
  await expect(
    verifier().verify(await issuer.tokenWith({ exp: seconds(-3) })),
  ).resolves.toBeDefined();
});

describe("when the issuer is unavailable", () => {
  test("accepts valid tokens with cached keys when a refresh is overdue", async () => {
    const { verify } = verifier({ refreshAfterMs: 20, cooldownMs: 10 });
    const token = await issuer.token();
    await verify(token);
    issuer.goDown();
    // The issuer counts a read before the verifier has its failure; until then no other one begins.
    const verifyLater = async (): Promise<number> => {
      vi.advanceTimersByTime(25);
      await expect(verify(token)).resolves.toMatchObject({ subject: "user-1" });
      return issuer.reads;
    };
    await expect.poll(verifyLater, PATIENCE).toBeGreaterThanOrEqual(4);
  });

  test("answers 503 when the key is unknown, and 401 when the token names another issuer", async () => {
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

  test("rejects tokens and readiness when no keys were read yet", async () => {
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

test("reads the keys again soon when it started before its issuer", async () => {
  issuer.goDown();
  const { ready } = verifier();
  await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  issuer.comeBack();
  await expect(ready()).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  vi.advanceTimersByTime(300);
  await expect(ready()).resolves.toBeUndefined();
});

test("reads the keys once when many tokens need a new key", async () => {
  const { verify } = verifier({ cooldownMs: 0 });
  await verify(await issuer.token());
  await issuer.addKey("second");
  const token = await issuer.token();
  await Promise.all(Array.from({ length: 20 }, () => verify(token)));
  expect(issuer.reads).toBe(2);
});

test("does not read the keys again when two hundred tokens have forged key ids", async () => {
  const { verify } = verifier();
  await verify(await issuer.token());
  for (let time = 0; time < 200; time += 1) {
    const forgedKid = issuer.tokenWith({}, { kid: `forged-${time}` });
    await expect(verify(await forgedKid)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  }
  expect(issuer.reads).toBe(1);
});

test("refuses a token when its key was withdrawn and the keys were read again", async () => {
  const { verify } = verifier({ refreshAfterMs: 10, cooldownMs: 0 });
  const token = await issuer.token();
  await verify(token);
  await issuer.addKey("second");
  issuer.keys.shift();
  vi.advanceTimersByTime(20);
  await verify(token);
  const outcome = (): Promise<unknown> => verify(token).catch(({ code }: { code: string }) => code);
  await expect.poll(outcome, PATIENCE).toBe("UNAUTHENTICATED");
});
