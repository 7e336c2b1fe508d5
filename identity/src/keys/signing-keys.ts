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

// Id tokens come back as hints at sign-out, hours after they were signed.
const KEEP_AFTER_SIGNING_SECONDS = 24 * 3600;
const ROTATION_LOCK = 4_712_100;

// The newest key that may sign already does; the database's clock decides, so replicas agree.
const CURRENT_KEYS = `
  SELECT kid, sealed FROM signing_key WHERE retires_at IS NULL OR retires_at > now()
  ORDER BY signs_from <= now() DESC,
    CASE WHEN signs_from <= now() THEN signs_from END DESC, signs_from`;

/** Reads the published keys, the signing one first. */
export async function readKeyRing(pool: Pool, secretBox: SecretBox): Promise<KeyRing> {
  const { rows } = await pool.query<Row>(CURRENT_KEYS);
  return {
    keys: rows.map(({ kid, sealed }) => JSON.parse(secretBox.open(sealed, kid)) as JWK),
    version: rows.map(({ kid }) => kid).join(),
  };
}

/** Makes the very first key, which signs at once; does nothing when a key exists. */
export async function ensureSigningKey(pool: Pool, secretBox: SecretBox): Promise<void> {
  await withTransaction(pool, undefined, async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [ROTATION_LOCK]);
    const { rowCount } = await client.query("SELECT FROM signing_key LIMIT 1");
    if (rowCount === 0) await insertKey(client, secretBox, 0);
  });
}

/**
 * Publishes a new key that signs after `leadSeconds`, when every verifier has read it. The others
 * stop signing then and stay published until nothing they signed is in use. Returns the new key's id.
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
    return insertKey(client, secretBox, leadSeconds);
  });
}

async function insertKey(
  client: DatabaseClient,
  secretBox: SecretBox,
  leadSeconds: number,
): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const exported = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(exported);
  const jwk: JWK = { ...exported, kid, alg: "ES256", use: "sig" };
  await client.query(
    `INSERT INTO signing_key (kid, sealed, signs_from)
     VALUES ($1, $2, now() + make_interval(secs => $3))`,
    [kid, secretBox.seal(JSON.stringify(jwk), kid), leadSeconds],
  );
  return kid;
}
