import { randomBytes } from "node:crypto";
import { CURRENT_API_VERSION } from "@allfunds/contract/api-versions";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isScope } from "@allfunds/contract/scopes";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import { hasBidirectionalControls } from "@allfunds/platform/text";
import { importJWK, type JWK } from "jose";
import type { Manager } from "../access/manager.ts";
import { recordManagement } from "../audit/audit-log.ts";
import { recordRevocations } from "../revocations/revocation.ts";
import { checkedVersion } from "../clients/checked-version.ts";
import { newClientSecret, secretHash } from "../clients/client-secret.ts";
import { APPLICATION_COLUMNS, type Application } from "./application.ts";

/** An application with its new secret, which cannot be read again; null for one without a secret. */
export interface IssuedApplication {
  readonly application: Application;
  readonly clientSecret: string | null;
}

export type NewApplication = Pick<
  Application,
  "name" | "redirectUris" | "signOutUris" | "scopes" | "authentication" | "idTokenAlgorithm"
> & {
  /** Whether it runs on devices without a browser; false unless given. */
  readonly devices?: boolean;
  /** Its public keys as JSON, for `private_key_jwt`. */
  readonly jwks: string | null;
  /** The version of the REST API that it is pinned to; the newest unless given. */
  readonly apiVersion?: string | null | undefined;
};

const LONGEST_NAME = 100;
const MOST_URIS = 20;
const MOST_KEYS = 5;

const hasSecret = ({ authentication }: Pick<Application, "authentication">): boolean =>
  authentication.startsWith("client_secret");

export async function registerApplication(
  pool: Pool,
  manager: Manager,
  input: NewApplication,
): Promise<IssuedApplication> {
  const { name, scopes, redirectUris, signOutUris } = checked(manager, input);
  const apiVersion = checkedVersion(input.apiVersion ?? CURRENT_API_VERSION);
  const jwks = await readKeys(input);
  const clientId = `app_${randomBytes(12).toString("hex")}`;
  const clientSecret = hasSecret(input) ? newClientSecret() : null;
  const application = await withTransaction(pool, manager, async (transaction) => {
    const { rows } = await transaction.query<Application>(
      `INSERT INTO application (tenant_id, client_id, name, redirect_uris, sign_out_uris, scopes,
         authentication, jwks, id_token_algorithm, secret_hash, created_by,
         api_version, devices)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING ${APPLICATION_COLUMNS}`,
      [
        manager.tenantId,
        clientId,
        name,
        redirectUris,
        signOutUris,
        scopes,
        input.authentication,
        jwks === null ? null : JSON.stringify(jwks),
        input.idTokenAlgorithm,
        clientSecret === null ? null : secretHash(clientSecret),
        manager.actorId,
        apiVersion,
        input.devices ?? false,
      ],
    );
    const detail = { name, scopes, redirectUris };
    await recordManagement(transaction, manager, "application.register", clientId, detail);
    return rows[0] as Application;
  });
  return { application, clientSecret };
}

/** Replaces the secret at once. */
export async function rotateApplicationSecret(
  pool: Pool,
  manager: Manager,
  clientId: string,
): Promise<IssuedApplication> {
  const clientSecret = newClientSecret();
  const application = await withTransaction(pool, manager, async (transaction) => {
    const found = await lockLive(transaction, manager.tenantId, clientId);
    if (!hasSecret(found)) throw invalidInput("clientId", "is of an application without a secret");
    await transaction.query("UPDATE application SET secret_hash = $2 WHERE client_id = $1", [
      clientId,
      secretHash(clientSecret),
    ]);
    await recordManagement(transaction, manager, "application.rotate", clientId);
    return found;
  });
  return { application, clientSecret };
}

/** Pins the application to another version of the REST API; its next token has it. */
export async function changeApplicationVersion(
  pool: Pool,
  manager: Manager,
  clientId: string,
  wanted: string,
): Promise<Application> {
  const apiVersion = checkedVersion(wanted);
  return withTransaction(pool, manager, async (transaction) => {
    const before = await lockLive(transaction, manager.tenantId, clientId);
    await transaction.query(
      "UPDATE application SET api_version = $3 WHERE tenant_id = $1 AND client_id = $2",
      [manager.tenantId, clientId, apiVersion],
    );
    await recordManagement(transaction, manager, "application.pin-version", clientId, {
      apiVersion,
      before: before.apiVersion,
    });
    return { ...before, apiVersion };
  });
}

/** Ends the application for good, with everything that users have allowed it. */
export async function revokeApplication(
  pool: Pool,
  manager: Manager,
  clientId: string,
): Promise<Application> {
  return withTransaction(pool, manager, async (transaction) => {
    await lockLive(transaction, manager.tenantId, clientId);
    const { rows } = await transaction.query<Application>(
      `UPDATE application SET revoked_at = now(), secret_hash = NULL
       WHERE tenant_id = $1 AND client_id = $2 RETURNING ${APPLICATION_COLUMNS}`,
      [manager.tenantId, clientId],
    );
    await transaction.query("DELETE FROM application_consent WHERE client_id = $1", [clientId]);
    await transaction.query("DELETE FROM protocol_record WHERE payload->>'clientId' = $1", [
      clientId,
    ]);
    await recordRevocations(transaction, [`client:${clientId}`]);
    await recordManagement(transaction, manager, "application.revoke", clientId);
    return rows[0] as Application;
  });
}

function checked(manager: Manager, input: NewApplication) {
  const name = input.name.trim();
  if (name === "" || name.length > LONGEST_NAME || hasBidirectionalControls(name)) {
    throw invalidInput("name", `must have 1 to ${LONGEST_NAME} characters`);
  }
  if (input.redirectUris.length === 0 && input.devices !== true) {
    throw invalidInput("redirectUris", "must name at least one address, but for devices");
  }
  return {
    name,
    scopes: grantable(manager, input.scopes),
    redirectUris: addresses("redirectUris", input.redirectUris),
    signOutUris: addresses("signOutUris", input.signOutUris),
  };
}

/** A manager lets users allow only what they hold themselves. */
function grantable(manager: Manager, wanted: readonly string[]): string[] {
  const scopes = [...new Set(wanted)];
  for (const scope of scopes) {
    if (!isScope(scope)) throw invalidInput("scopes", `there is no scope ${scope}`);
    if (!manager.scopes.includes(scope)) {
      throw new AppError("FORBIDDEN", `You do not have the scope ${scope} yourself.`);
    }
  }
  return scopes;
}

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** Of an app on a device (RFC 8252, section 7.1): a domain name in reverse. */
const PRIVATE_SCHEME = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/;

function addresses(path: string, given: readonly string[]): string[] {
  if (given.length > MOST_URIS) throw invalidInput(path, `must be at most ${MOST_URIS} addresses`);
  const unfit = given.find((address) => !isSafeTarget(address));
  if (unfit === undefined) return [...new Set(given)];
  throw invalidInput(
    path,
    "must be https addresses, http addresses of this machine, or a scheme of an app, without fragments",
  );
}

/** Whether a browser may be sent there with a code: no network in between reads it. */
function isSafeTarget(address: string): boolean {
  const url = URL.parse(address);
  if (url === null || address.length > 500 || url.hash !== "" || address.includes("#"))
    return false;
  if (url.username !== "" || url.password !== "") return false;
  if (url.protocol === "https:") return true;
  if (url.protocol === "http:") return LOOPBACK.has(url.hostname);
  return PRIVATE_SCHEME.test(url.protocol);
}

async function readKeys({ authentication, jwks }: NewApplication): Promise<{ keys: JWK[] } | null> {
  if (authentication !== "private_key_jwt") {
    if (jwks === null) return null;
    throw invalidInput("jwks", "is for private_key_jwt only");
  }
  const keys = keysOf(jwks ?? "");
  if (keys.length === 0 || keys.length > MOST_KEYS || !(await areImportable(keys))) {
    throw invalidInput("jwks", `must be a JSON Web Key Set of 1 to ${MOST_KEYS} public keys`);
  }
  return { keys };
}

function keysOf(text: string): JWK[] {
  try {
    const { keys } = JSON.parse(text) as { readonly keys?: unknown };
    return Array.isArray(keys) ? (keys as JWK[]) : [];
  } catch {
    return [];
  }
}

async function areImportable(keys: readonly JWK[]): Promise<boolean> {
  try {
    for (const key of keys) {
      if (key.d !== undefined || key.k !== undefined || key.alg === undefined) return false;
      await importJWK(key, key.alg);
    }
    return true;
  } catch {
    return false;
  }
}

async function lockLive(
  transaction: DatabaseClient,
  tenantId: string,
  clientId: string,
): Promise<Application> {
  const { rows } = await transaction.query<Application>(
    `SELECT ${APPLICATION_COLUMNS} FROM application
     WHERE tenant_id = $1 AND client_id = $2 AND revoked_at IS NULL FOR UPDATE`,
    [tenantId, clientId],
  );
  if (rows[0] !== undefined) return rows[0];
  throw new AppError("NOT_FOUND", "There is no such application.");
}
