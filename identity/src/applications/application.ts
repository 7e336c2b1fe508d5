import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { TenantOrm } from "@allfunds/platform/tenancy";
import type { JWK } from "jose";
import { secretHash } from "../clients/client-secret.ts";
import type { ApplicationEntity } from "./application-entity.ts";

/** How an application authenticates at the token endpoint (OpenID Connect Core, section 9). */
export type ApplicationAuthentication =
  | "none"
  | "client_secret_basic"
  | "client_secret_post"
  | "private_key_jwt";

/** A program of another vendor that signs the users of a tenant in, and acts for those who allow it. */
export interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly signOutUris: readonly string[];
  /** Whether it runs on devices without a browser, whose users type a code elsewhere. */
  readonly devices: boolean;
  /** What users may allow it, beside who they are. */
  readonly scopes: readonly string[];
  /** The version of the REST API that its requests have when they name none. */
  readonly apiVersion: string;
  readonly authentication: ApplicationAuthentication;
  /** Of `private_key_jwt`: its public keys. */
  readonly jwks?: { readonly keys: readonly JWK[] } | null | undefined;
  readonly idTokenAlgorithm: "RS256" | "ES256";
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly revokedAt?: Date | null | undefined;
}

export const APPLICATION_COLUMNS = `
  tenant_id AS "tenantId", client_id AS "clientId", name, redirect_uris AS "redirectUris",
  sign_out_uris AS "signOutUris", devices, scopes, api_version AS "apiVersion", authentication, jwks,
  id_token_algorithm AS "idTokenAlgorithm", created_by AS "createdBy", created_at AS "createdAt",
  revoked_at AS "revokedAt"`;

type ApplicationOrm = TenantOrm<{ readonly ApplicationEntity: typeof ApplicationEntity }>;

/** Up to `limit` applications of a tenant by id, from after the id `after`. */
export async function listApplications(
  orm: ApplicationOrm,
  tenantId: string,
  limit: number,
  after: string | undefined,
): Promise<Application[]> {
  if (!isId(tenantId)) return [];
  return orm.as(tenantId, (em, { ApplicationEntity: entity }) =>
    em.find(
      entity,
      { tenantId, ...(after === undefined ? {} : { clientId: { $gt: after } }) },
      { orderBy: { clientId: "asc" }, limit },
    ),
  );
}

/** The application, unless it is revoked. */
export async function findLiveApplication(
  pool: Pool,
  clientId: string,
): Promise<Application | undefined> {
  const { rows } = await pool.query<Application>(
    `SELECT ${APPLICATION_COLUMNS} FROM application WHERE client_id = $1 AND revoked_at IS NULL`,
    [clientId],
  );
  return rows[0];
}

export async function isApplicationSecret(
  pool: Pool,
  clientId: string,
  secret: string,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    "SELECT FROM application WHERE client_id = $1 AND secret_hash = $2 AND revoked_at IS NULL",
    [clientId, secretHash(secret)],
  );
  return rowCount === 1;
}
