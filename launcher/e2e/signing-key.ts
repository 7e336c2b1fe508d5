import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { importJWK, type JWK } from "jose";
import { SecretBox } from "../../identity/src/keys/secret-box.ts";
import { readKeyRing, rotateSigningKey } from "../../identity/src/keys/signing-keys.ts";
import type { RunningSystem } from "./running-system.ts";

/** What an attacker dreams of, and a test needs: the issuer's private key. */
export async function signingKeyOf(system: RunningSystem): Promise<{ jwk: JWK; kid: string }> {
  const [jwk] = await withKeys(
    system,
    async (pool, secretBox) => (await readKeyRing(pool, secretBox)).keys,
  );
  if (jwk?.kid === undefined) throw new Error("the issuer has no key");
  return { jwk, kid: jwk.kid };
}

/** Publishes a new key that signs after so many seconds. */
export const rotateKeyOf = (system: RunningSystem, leadSeconds: number): Promise<string> =>
  withKeys(system, (pool, secretBox) => rotateSigningKey(pool, secretBox, leadSeconds));

/** The key as jose signs with it. */
export const privateKeyOf = ({ jwk }: { readonly jwk: JWK }) => importJWK(jwk, "ES256");

async function withKeys<Result>(
  { dataDir }: RunningSystem,
  work: (pool: ReturnType<typeof createPool>, secretBox: SecretBox) => Promise<Result>,
): Promise<Result> {
  const secrets = await readJson(join(dataDir, "identity-secrets.json"));
  const passwords = await readJson(join(dataDir, "postgres.passwords.json"));
  const postmaster = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8");
  const password = encodeURIComponent(passwords["application"] ?? "");
  const pool = createPool({
    url: `postgres://allfunds:${password}@127.0.0.1:${postmaster.split("\n")[3]}/identity`,
    logger: createLogger("e2e", "silent"),
  });
  try {
    return await work(pool, new SecretBox(secrets["IDENTITY_ENCRYPTION_SECRET"] ?? ""));
  } finally {
    await pool.end();
  }
}

const readJson = async (file: string): Promise<Record<string, string>> =>
  JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
