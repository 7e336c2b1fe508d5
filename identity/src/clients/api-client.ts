import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import { scopesOf } from "../access/roles.ts";
import { findUser, type User } from "../users/user.ts";
import type { ApiClientEntity } from "./api-client-entity.ts";

/** A program of a tenant that gets tokens with client credentials. */
export interface ApiClient {
  readonly tenantId: string;
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** The version of the REST API that its requests have when they name none. */
  readonly apiVersion: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date | null | undefined;
  readonly revokedAt?: Date | null | undefined;
  readonly lastUsedAt?: Date | null | undefined;
  readonly lastUsedIp?: string | null | undefined;
}

export const CLIENT_COLUMNS = `
  tenant_id AS "tenantId", client_id AS "clientId", name, scopes, api_version AS "apiVersion", created_by AS "createdBy",
  created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt",
  last_used_at AS "lastUsedAt", last_used_ip AS "lastUsedIp"`;

type ClientOrm = TenantOrm<{ readonly ApiClientEntity: typeof ApiClientEntity }>;

/** Up to `limit` clients of a tenant by id, from after the id `after`. */
export async function listApiClients(
  orm: ClientOrm,
  tenantId: string,
  limit: number,
  after: string | undefined,
): Promise<ApiClient[]> {
  // The tenant of an external issuer need not be a UUID and has no clients here.
  if (!isId(tenantId)) return [];
  return orm.as(tenantId, (em, { ApiClientEntity: entity }) =>
    em.find(
      entity,
      { tenantId, ...(after === undefined ? {} : { clientId: { $gt: after } }) },
      { orderBy: { clientId: "asc" }, limit },
    ),
  );
}

/** A client of the tenant, live or ended. */
export async function findApiClient(
  orm: ClientOrm,
  tenantId: string,
  clientId: string,
): Promise<ApiClient | null> {
  if (!isId(tenantId)) return null;
  return orm.as(tenantId, (em, { ApiClientEntity: entity }) =>
    em.findOne(entity, { tenantId, clientId }),
  );
}

/**
 * The client with what it may do now, unless it is revoked or expired. It may do no more than the user behind it, who
 * holds its secret: that of a disabled one has ended until another user takes it over.
 */
export async function findLiveApiClient(
  pool: Pool,
  clientId: string,
): Promise<ApiClient | undefined> {
  const { rows } = await pool.query<ApiClient>(
    `SELECT ${CLIENT_COLUMNS} FROM api_client WHERE client_id = $1 AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > now())`,
    [clientId],
  );
  const [client] = rows;
  if (client === undefined) return undefined;
  const maker = await findUser(pool, client.createdBy);
  // The operator is no user, nor is a user of another issuer.
  if (maker === undefined) return client;
  const scopes = scopesLeft(client, maker);
  return scopes.length === 0 ? undefined : { ...client, scopes };
}

/** A client sees every fund, so it has nothing of a user who does not. */
function scopesLeft(
  { scopes }: Pick<ApiClient, "scopes">,
  { status, roles, allFunds }: Pick<User, "status" | "roles" | "allFunds">,
): readonly string[] {
  if (status === "DISABLED" || !allFunds) return [];
  const ofMaker: readonly string[] = scopesOf(roles, "mfa");
  return scopes.filter((scope) => ofMaker.includes(scope));
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
