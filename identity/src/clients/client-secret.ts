import { createHash, randomBytes } from "node:crypto";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";

/** A new secret: 256 random bits behind a prefix that secret scanners recognise. */
export const newClientSecret = (): string => `afs_${randomBytes(32).toString("base64url")}`;

// All of it is random: a fast hash gives nothing away, and every token request checks one.
export const secretHash = (clientSecret: string): Buffer =>
  createHash("sha256").update(clientSecret).digest();

export async function storeClientSecret(
  client: DatabaseClient,
  clientId: string,
  clientSecret: string,
): Promise<void> {
  await client.query("INSERT INTO api_client_secret (client_id, secret_hash) VALUES ($1, $2)", [
    clientId,
    secretHash(clientSecret),
  ]);
}

/** Ends the client's present secrets after `graceSeconds`, in which a new one can be rolled out. */
export async function endClientSecrets(
  client: DatabaseClient,
  clientId: string,
  graceSeconds: number,
): Promise<void> {
  await client.query(
    `UPDATE api_client_secret
     SET expires_at = least(expires_at, now() + make_interval(secs => $2)) WHERE client_id = $1`,
    [clientId, graceSeconds],
  );
  await client.query("DELETE FROM api_client_secret WHERE client_id = $1 AND expires_at <= now()", [
    clientId,
  ]);
}

export async function isClientSecret(
  pool: Pool,
  clientId: string,
  clientSecret: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `SELECT FROM api_client_secret
     WHERE client_id = $1 AND secret_hash = $2 AND (expires_at IS NULL OR expires_at > now())`,
    [clientId, secretHash(clientSecret)],
  );
  return rowCount === 1;
}
