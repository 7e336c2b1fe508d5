import type { Pool } from "@allfunds/platform/database";

/** A program of a tenant that gets tokens with client credentials. */
export interface ApiClient {
  readonly tenantId: string;
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
}

export const CLIENT_COLUMNS = `
  tenant_id AS "tenantId", client_id AS "clientId", name, scopes, created_by AS "createdBy",
  created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt",
  last_used_at AS "lastUsedAt", last_used_ip AS "lastUsedIp"`;

/** Up to `limit` clients of a tenant by id, from after the id `after`. */
export async function listApiClients(
  pool: Pool,
  tenantId: string,
  limit: number,
  after: string | undefined,
): Promise<ApiClient[]> {
  const { rows } = await pool.query<ApiClient>(
    `SELECT ${CLIENT_COLUMNS} FROM api_client
     WHERE tenant_id = $1 AND ($2::text IS NULL OR client_id > $2) ORDER BY client_id LIMIT $3`,
    [tenantId, after, limit],
  );
  return rows;
}

/** A client of the tenant, live or ended. */
export async function findApiClient(
  pool: Pool,
  tenantId: string,
  clientId: string,
): Promise<ApiClient | null> {
  const { rows } = await pool.query<ApiClient>(
    `SELECT ${CLIENT_COLUMNS} FROM api_client WHERE tenant_id::text = $1 AND client_id = $2`,
    [tenantId, clientId],
  );
  return rows[0] ?? null;
}

/** The client, unless it is revoked or expired. */
export async function findLiveApiClient(
  pool: Pool,
  clientId: string,
): Promise<ApiClient | undefined> {
  const { rows } = await pool.query<ApiClient>(
    `SELECT ${CLIENT_COLUMNS} FROM api_client WHERE client_id = $1 AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > now())`,
    [clientId],
  );
  return rows[0];
}

export async function recordClientUse(
  pool: Pool,
  clientId: string,
  ip: string | undefined,
): Promise<void> {
  await pool.query(
    "UPDATE api_client SET last_used_at = now(), last_used_ip = $2 WHERE client_id = $1",
    [clientId, ip],
  );
}
