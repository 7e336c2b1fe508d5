import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import type { SecretBox } from "./secret-box.ts";

/** The present keys: all of them are published, the first one signs. */
export interface KeyRing {
  readonly keys: readonly JWK[];
  /** Changes whenever the list or its order changes. */
  readonly version: string;
}

interface Row {
  readonly kid: string;
  readonly sealed: Buffer;
}

/** ES256 signs access tokens; RS256 is what OpenID Connect requires every client to accept of ID tokens. */
const ALGORITHMS = ["ES256", "RS256"] as const;
type SigningAlgorithm = (typeof ALGORITHMS)[number];

// Id tokens come back as hints at sign-out, hours after they were signed.
const KEEP_AFTER_SIGNING_SECONDS = 24 * 3600;
const ROTATION_LOCK = 4_712_100;

// The newest key that may sign already does; the database's clock decides, so replicas agree.
const CURRENT_KEYS = `
  SELECT kid, sealed FROM signing_key WHERE retires_at IS NULL OR retires_at > now()
  ORDER BY algorithm, signs_from <= now() DESC,
    CASE WHEN signs_from <= now() THEN signs_from END DESC, signs_from`;

/** Reads the published keys, the signing one of each algorithm first. */
export async function readKeyRing(pool: Pool, secretBox: SecretBox): Promise<KeyRing> {
  const { rows } = await pool.query<Row>(CURRENT_KEYS);
  return {
    keys: rows.map(({ kid, sealed }) => JSON.parse(secretBox.open(sealed, kid)) as JWK),
    version: rows.map(({ kid }) => kid).join(),
  };
}

/** Makes the very first key of each algorithm, which signs at once. */
export async function ensureSigningKey(pool: Pool, secretBox: SecretBox): Promise<void> {
  await withTransaction(pool, undefined, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [ROTATION_LOCK]);
    const { rows } = await client.query<{ algorithm: string }>(
      "SELECT DISTINCT algorithm FROM signing_key WHERE retires_at IS NULL",
    );
    for (const algorithm of ALGORITHMS) {
      if (rows.every((row) => row.algorithm !== algorithm)) {
        await insertKey(client, secretBox, algorithm, 0);
      }
    }
  });
}

/**
 * Publishes a new key of each algorithm that signs after `leadSeconds`, when every verifier has read it. The others
 * stop signing then and stay published until nothing they signed is in use. Returns the id of the key that signs access
 * tokens.
 */
export async function rotateSigningKey(
  pool: Pool,
  secretBox: SecretBox,
  leadSeconds: number,
  keepSeconds: number = KEEP_AFTER_SIGNING_SECONDS,
): Promise<string> {
  return withTransaction(pool, undefined, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [ROTATION_LOCK]);
    await client.query(
      `UPDATE signing_key SET retires_at = now() + make_interval(secs => $1)
       WHERE retires_at IS NULL`,
      [leadSeconds + keepSeconds],
    );
    await client.query("DELETE FROM signing_key WHERE retires_at < now() - interval '7 days'");
    await insertKey(client, secretBox, "RS256", leadSeconds);
    return insertKey(client, secretBox, "ES256", leadSeconds);
  });
}

async function insertKey(
  client: DatabaseClient,
  secretBox: SecretBox,
  algorithm: SigningAlgorithm,
  leadSeconds: number,
): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const exported = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(exported);
  const jwk: JWK = { ...exported, kid, alg: algorithm, use: "sig" };
  await client.query(
    `INSERT INTO signing_key (kid, sealed, algorithm, signs_from)
     VALUES ($1, $2, $3, now() + make_interval(secs => $4))`,
    [kid, secretBox.seal(JSON.stringify(jwk), kid), algorithm, leadSeconds],
  );
  return kid;
}
