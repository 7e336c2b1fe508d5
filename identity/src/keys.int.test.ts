import { createTokenVerifier, type TokenVerifier } from "@allfunds/platform/auth/tokens";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import { decodeProtectedHeader } from "jose";
import * as client from "openid-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { managerOf } from "./clients/api-client.fixture.ts";
import { createApiClient } from "./clients/manage-clients.ts";
import { runIdentity, type RunningIdentity } from "./identity.fixture.ts";
import { readKeyRing, rotateSigningKey } from "./keys/signing-keys.ts";
import { Vault } from "./keys/vault.ts";
import { discoverAs } from "./sign-in.fixture.ts";

let identity: RunningIdentity;
let bot: client.Configuration;
beforeAll(async () => {
  identity = await runIdentity();
  const { client: made, clientSecret } = await createApiClient(
    identity.parts.pool,
    managerOf(DEMO_TENANT_ID),
    { name: "Bot", scopes: ["ledger:read"], expiresAt: null },
  );
  bot = await discoverAs(identity, made.clientId, clientSecret);
});
afterAll(() => identity.stop());

const newToken = async (): Promise<string> => {
  const { access_token: token } = await client.clientCredentialsGrant(bot, {
    resource: identity.config.audience,
    scope: "ledger:read",
  });
  return token;
};

// The proportions of production, only faster: published for 2 s before it signs, read every 0.7 s.
const LEAD_SECONDS = 2;
const verifier = (): TokenVerifier =>
  createTokenVerifier({
    issuer: identity.config.issuer,
    audience: identity.config.audience,
    jwksUri: `${identity.config.issuer}/.well-known/jwks.json`,
    refreshAfterMs: 700,
    cooldownMs: 500,
  });

test("keys rotate under load without one good token being refused", async () => {
  const { pool, vault } = identity.parts;
  const verifiers = [verifier(), verifier(), verifier()];
  const seen = new Set<string>();
  const end = new AbortController();
  let checks = 0;
  const load = async (): Promise<void> => {
    let first: string | undefined;
    while (!end.signal.aborted) {
      const token = await newToken();
      first ??= token;
      for (const each of verifiers) {
        await each.verify(token);
        await each.verify(first);
        checks += 2;
      }
      seen.add(decodeProtectedHeader(token).kid ?? "");
    }
  };
  const rotateTwice = async (): Promise<void> => {
    for (const known of [2, 3]) {
      await rotateSigningKey(pool, vault, LEAD_SECONDS);
      await vi.waitFor(() => expect(seen.size).toBe(known), { timeout: 15_000, interval: 100 });
    }
  };
  await Promise.all([load(), load(), rotateTwice().finally(() => end.abort())]);
  expect(seen.size).toBe(3);
  expect(checks).toBeGreaterThan(100);
}, 60_000);

test("a new key is published before it signs", async () => {
  const { pool, vault } = identity.parts;
  const before = await readKeyRing(pool, vault);
  const kid = await rotateSigningKey(pool, vault, 3600);
  const after = await readKeyRing(pool, vault);
  expect(after.keys[0]?.kid).toBe(before.keys[0]?.kid);
  expect(after.keys.map((key) => key.kid)).toContain(kid);
});

test("a key that has retired is not published any more", async () => {
  const { pool, vault } = identity.parts;
  const before = (await readKeyRing(pool, vault)).keys;
  const kid = await rotateSigningKey(pool, vault, 0, 0);
  const next = await rotateSigningKey(pool, vault, 0, 0);
  const after = (await readKeyRing(pool, vault)).keys.map((key) => key.kid);
  expect(after[0]).toBe(next);
  expect(after).not.toContain(kid);
  expect(after).toContain(before[0]?.kid);
});

test("private keys are unreadable without the secret, and bound to their row", async () => {
  const { pool } = identity.parts;
  const { rows } = await pool.query<{ kid: string; sealed: Buffer }>(
    "SELECT kid, sealed FROM signing_key",
  );
  const [row] = rows;
  if (row === undefined) throw new Error("there is no key");
  expect(row.sealed.toString("latin1")).not.toContain('"d"');
  expect(() => new Vault("another secret").open(row.sealed, row.kid)).toThrow(/auth/);
  expect(() => identity.parts.vault.open(row.sealed, "another row")).toThrow(/auth/);
});

test("the public key set shows nothing private", async () => {
  const response = await fetch(`${identity.config.issuer}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { keys: object[] };
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(key).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
    expect(key).not.toHaveProperty("d");
  }
});
