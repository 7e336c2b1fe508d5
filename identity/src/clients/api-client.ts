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

export const CLIENT_ENDINGS = [
  "REVOKED",
  "EXPIRED",
  "USER_DISABLED",
  "USER_WITHOUT_ALL_FUNDS",
  "USER_WITHOUT_SCOPES",
] as const;
/** Why a client gets no tokens. */
export type ClientEnding = (typeof CLIENT_ENDINGS)[number];

/** What a client may do now: no scopes where it has ended. */
export interface ClientAccess {
  readonly scopes: readonly string[];
  readonly ended: ClientEnding | null;
}

/**
 * What a client may do now: no more than the user behind it, who holds its secret. That of a disabled one has ended
 * until another user takes it over.
 */
export function accessOfClient(
  client: ApiClient,
  maker: User | undefined,
  now: Date,
): ClientAccess {
  const scopes = maker === undefined ? client.scopes : scopesLeft(client, maker);
  const ended = endingOf(client, maker, scopes, now);
  return ended === null ? { scopes, ended } : { scopes: [], ended };
}

function endingOf(
  { revokedAt, expiresAt }: ApiClient,
  maker: User | undefined,
  scopes: readonly string[],
  now: Date,
): ClientEnding | null {
  if (revokedAt) return "REVOKED";
  if (expiresAt && expiresAt <= now) return "EXPIRED";
  // The operator is no user, nor is a user of another issuer.
  if (maker === undefined) return null;
  if (maker.status === "DISABLED") return "USER_DISABLED";
  // A client sees every fund, so it has nothing of a user who does not.
  if (!maker.allFunds) return "USER_WITHOUT_ALL_FUNDS";
  return scopes.length === 0 ? "USER_WITHOUT_SCOPES" : null;
}

/** The client with what it may do now, unless it has ended. */
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
  const { scopes, ended } = accessOfClient(client, maker, new Date());
  return ended === null ? { ...client, scopes } : undefined;
}

function scopesLeft({ scopes }: ApiClient, { roles }: User): readonly string[] {
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
