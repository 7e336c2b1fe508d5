import { createTokenVerifier, type TokenVerifier } from "@allfunds/platform/auth/tokens";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { decodeProtectedHeader, importJWK, SignJWT } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { managerOf } from "../clients/api-client.fixture.ts";
import { createApiClient } from "../clients/manage-clients.ts";
import { openService, type RunningService } from "../service.fixture.ts";
import { discoverAs } from "../sign-in.fixture.ts";
import { SecretBox } from "./secret-box.ts";
import { readKeyRing, rotateSigningKey } from "./signing-keys.ts";

let service: RunningService;
let bot: client.Configuration;
beforeAll(async () => {
  service = await openService();
  const { client: made, clientSecret } = await createApiClient(
    service.parts.pool,
    managerOf(DEMO_TENANT_ID),
    { name: "Bot", scopes: ["ledger:read"], expiresAt: null },
  );
  bot = await discoverAs(service, made.clientId, clientSecret);
});
afterAll(() => service.close());

const newToken = async (): Promise<string> => {
  const { access_token: token } = await client.clientCredentialsGrant(bot, {
    resource: service.audience,
    scope: "ledger:read",
  });
  return token;
};

const LONG_LEAD_SECONDS = 3600;
const DEADLINE = { timeout: 60_000, interval: 50 };

// As in production, keys are read again well within the time that a new one is published before it signs.
const verifier = (): TokenVerifier =>
  createTokenVerifier({
    issuer: service.issuer,
    audience: service.audience,
    jwksUri: `${service.issuer}/.well-known/jwks.json`,
    refreshAfterMs: 100,
    cooldownMs: 50,
  });

/** A token as the issuer will sign it with a key that is only published yet. */
async function tokenSignedWith(kid: string): Promise<string> {
  const { pool, secretBox } = service.parts;
  const jwk = (await readKeyRing(pool, secretBox)).keys.find((key) => key.kid === kid);
  return new SignJWT({ tenant: DEMO_TENANT_ID, client_id: "probe" })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid })
    .setIssuer(service.issuer)
    .setAudience(service.audience)
    .setSubject("probe")
    .setIssuedAt()
    .setExpirationTime("5 minutes")
    .sign(await importJWK(jwk ?? {}, "ES256"));
}

test("no valid token is refused while keys rotate under load", async () => {
  const { pool, secretBox } = service.parts;
  const verifiers = [verifier(), verifier(), verifier()];
  const tokensOfKey = new Map<string, number>();
  const end = new AbortController();
  const load = async (): Promise<void> => {
    let first: string | undefined;
    while (!end.signal.aborted) {
      const token = await newToken();
      first ??= token;
      for (const each of verifiers) {
        await each.verify(token);
        await each.verify(first);
      }
      const { kid = "" } = decodeProtectedHeader(token);
      tokensOfKey.set(kid, (tokensOfKey.get(kid) ?? 0) + 1);
    }
  };
  const rotateTwice = async (): Promise<void> => {
    for (let round = 0; round < 2; round += 1) {
      const kid = await rotateSigningKey(pool, secretBox, LONG_LEAD_SECONDS);
      const probe = await tokenSignedWith(kid);
      for (const each of verifiers) {
        await expect.poll(() => each.verify(probe).catch(() => undefined), DEADLINE).toBeDefined();
      }
      expect(tokensOfKey.get(kid)).toBeUndefined();
      await pool.query("UPDATE signing_key SET signs_from = now() WHERE kid = $1", [kid]);
      await expect.poll(() => tokensOfKey.get(kid), DEADLINE).toBeGreaterThan(9);
    }
  };
  await Promise.all([load(), load(), rotateTwice().finally(() => end.abort())]);
  expect(tokensOfKey.size).toBe(3);
});

test("a new key is published before it signs", async () => {
  const { pool, secretBox } = service.parts;
  const before = await readKeyRing(pool, secretBox);
  const kid = await rotateSigningKey(pool, secretBox, LONG_LEAD_SECONDS);
  const after = await readKeyRing(pool, secretBox);
  expect(after.keys[0]?.kid).toBe(before.keys[0]?.kid);
  expect(after.keys.map((key) => key.kid)).toContain(kid);
});

test("a retired key is no longer published", async () => {
  const { pool, secretBox } = service.parts;
  const before = (await readKeyRing(pool, secretBox)).keys;
  const kid = await rotateSigningKey(pool, secretBox, 0, 0);
  const next = await rotateSigningKey(pool, secretBox, 0, 0);
  const after = (await readKeyRing(pool, secretBox)).keys.map((key) => key.kid);
  expect(after[0]).toBe(next);
  expect(after).not.toContain(kid);
  expect(after).toContain(before[0]?.kid);
});

test("private keys are unreadable without the secret, and bound to their row", async () => {
  const { pool, secretBox } = service.parts;
  const { rows } = await pool.query<{ kid: string; sealed: Buffer }>(
    "SELECT kid, sealed FROM signing_key",
  );
  const [row] = rows;
  if (row === undefined) throw new Error("there is no key");
  expect(row.sealed.toString("latin1")).not.toContain('"d"');
  expect(() => new SecretBox("another secret").open(row.sealed, row.kid)).toThrow(/auth/);
  expect(() => secretBox.open(row.sealed, "another row")).toThrow(/auth/);
});

test("the public key set contains nothing private", async () => {
  const response = await fetch(`${service.issuer}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: object[] };
  const algorithms = keys.map((key) => ("alg" in key ? key.alg : undefined));
  expect(new Set(algorithms)).toEqual(new Set(["ES256", "RS256"]));
  for (const key of keys) {
    const secret = Object.keys(key).filter((member) => /^(d|p|q|dp|dq|qi|k)$/.test(member));
    expect([key, secret]).toEqual([key, []]);
  }
});
