import { randomBytes } from "node:crypto";
import { CURRENT_API_VERSION } from "@allfunds/contract/api-versions";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform/database";
import type { Manager } from "../access/manager.ts";
import { isScope } from "@allfunds/contract/scopes";
import { recordManagement } from "../audit/audit-log.ts";
import { nextSecond, recordRevocations } from "../revocations/revocation.ts";
import { CLIENT_COLUMNS, type ApiClient } from "./api-client.ts";
import { checkedVersion } from "./checked-version.ts";
import { endClientSecrets, newClientSecret, storeClientSecret } from "./client-secret.ts";

/** A client with its new secret, which cannot be read again. */
export interface IssuedClient {
  readonly client: ApiClient;
  readonly clientSecret: string;
}

export interface NewApiClient {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  /** The version of the REST API that it is pinned to; the newest unless given. */
  readonly apiVersion?: string | null | undefined;
}

const LONGEST_NAME = 100;
const LONGEST_GRACE_SECONDS = 7 * 24 * 3600;

export async function createApiClient(
  pool: Pool,
  manager: Manager,
  input: NewApiClient,
): Promise<IssuedClient> {
  const { name, scopes } = checked(manager, input);
  const apiVersion = checkedVersion(input.apiVersion ?? CURRENT_API_VERSION);
  const clientId = `client_${randomBytes(12).toString("hex")}`;
  const clientSecret = newClientSecret();
  const client = await withTransaction(pool, manager, async (transaction) => {
    const { rows } = await transaction.query<ApiClient>(
      `INSERT INTO api_client (tenant_id, client_id, name, scopes, created_by, expires_at, api_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${CLIENT_COLUMNS}`,
      [
        manager.tenantId,
        clientId,
        name,
        scopes,
        responsibleUser(manager),
        input.expiresAt,
        apiVersion,
      ],
    );
    await storeClientSecret(transaction, clientId, clientSecret);
    await recordManagement(transaction, manager, "client.create", clientId, {
      name,
      scopes,
      apiVersion,
    });
    return rows[0] as ApiClient;
  });
  return { client, clientSecret };
}

/**
 * Gives the client a new secret; the old one works for `graceSeconds` more. A secret lets its holder act
 * through the client, so the client of another user becomes the manager's own and its old secret ends.
 */
export async function rotateClientSecret(
  pool: Pool,
  manager: Manager,
  clientId: string,
  graceSeconds: number,
): Promise<IssuedClient> {
  if (graceSeconds < 0 || graceSeconds > LONGEST_GRACE_SECONDS) {
    throw invalidInput("graceSeconds", `must be between 0 and ${LONGEST_GRACE_SECONDS}`);
  }
  const clientSecret = newClientSecret();
  const { client, isTaken } = await withTransaction(pool, manager, async (transaction) => {
    const found = await lockLive(transaction, manager.tenantId, clientId);
    refuseBeyond(manager, found.scopes);
    const createdBy = responsibleUser(manager);
    if (graceSeconds > 0 && found.createdBy !== createdBy) {
      throw invalidInput("graceSeconds", "must be 0: another user holds the old secret");
    }
    await transaction.query("UPDATE api_client SET created_by = $2 WHERE client_id = $1", [
      clientId,
      createdBy,
    ]);
    if (found.createdBy !== createdBy) await endTokens(transaction, clientId);
    await endClientSecrets(transaction, clientId, graceSeconds);
    await storeClientSecret(transaction, clientId, clientSecret);
    const before = found.createdBy === createdBy ? {} : { takenOverFrom: found.createdBy };
    await recordManagement(transaction, manager, "client.rotate", clientId, {
      graceSeconds,
      ...before,
    });
    return { client: { ...found, createdBy }, isTaken: found.createdBy !== createdBy };
  });
  if (isTaken) await nextSecond();
  return { client, clientSecret };
}

/** Pins the client to another version of the REST API; its next token has it. */
export async function changeClientVersion(
  pool: Pool,
  manager: Manager,
  clientId: string,
  wanted: string,
): Promise<ApiClient> {
  const apiVersion = checkedVersion(wanted);
  return withTransaction(pool, manager, async (transaction) => {
    const before = await lockLive(transaction, manager.tenantId, clientId);
    await transaction.query(
      "UPDATE api_client SET api_version = $3 WHERE tenant_id = $1 AND client_id = $2",
      [manager.tenantId, clientId, apiVersion],
    );
    await recordManagement(transaction, manager, "client.pin-version", clientId, {
      apiVersion,
      before: before.apiVersion,
    });
    return { ...before, apiVersion };
  });
}

/** Ends the tokens that the client holds, and what services keep to act for it. */
async function endTokens(transaction: DatabaseClient, clientId: string): Promise<void> {
  await recordRevocations(transaction, [`sub:${clientId}`]);
  await transaction.query("DELETE FROM protocol_record WHERE account_id = $1", [clientId]);
}

/** Ends the client for good, with the tokens that it holds. */
export async function revokeApiClient(
  pool: Pool,
  manager: Manager,
  clientId: string,
): Promise<ApiClient> {
  return withTransaction(pool, manager, async (transaction) => {
    await lockLive(transaction, manager.tenantId, clientId);
    const { rows } = await transaction.query<ApiClient>(
      `UPDATE api_client SET revoked_at = now() WHERE tenant_id = $1 AND client_id = $2
       RETURNING ${CLIENT_COLUMNS}`,
      [manager.tenantId, clientId],
    );
    await transaction.query("DELETE FROM api_client_secret WHERE client_id = $1", [clientId]);
    await endTokens(transaction, clientId);
    await recordManagement(transaction, manager, "client.revoke", clientId);
    return rows[0] as ApiClient;
  });
}

function checked(manager: Manager, input: NewApiClient): { name: string; scopes: string[] } {
  const name = input.name.trim();
  if (name === "" || name.length > LONGEST_NAME) {
    throw invalidInput("name", `must have 1 to ${LONGEST_NAME} characters`);
  }
  const scopes = [...new Set(input.scopes)];
  if (scopes.length === 0) throw invalidInput("scopes", "must name at least one scope");
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) throw invalidInput("scopes", `there is no scope ${unknown}`);
  refuseBeyond(manager, scopes);
  if (input.expiresAt !== null && input.expiresAt <= manager.now) {
    throw invalidInput("expiresAt", "must be in the future");
  }
  return { name, scopes };
}

/** A manager grants only scopes they hold; and a client sees every fund. */
function refuseBeyond(manager: Manager, scopes: readonly string[]): void {
  const beyond = scopes.find((scope) => !manager.scopes.includes(scope));
  if (beyond !== undefined) {
    throw new AppError("FORBIDDEN", `You do not have the scope ${beyond} yourself.`);
  }
  if (manager.funds === ALL_GRANTED) return;
  throw new AppError("FORBIDDEN", "An API client sees every fund; you do not.");
}

/** The user who is responsible for a client, through however many clients it was made. */
const responsibleUser = ({ actorId, ownerId }: Manager): string => ownerId ?? actorId;

async function lockLive(
  transaction: DatabaseClient,
  tenantId: string,
  clientId: string,
): Promise<ApiClient> {
  const { rows } = await transaction.query<ApiClient>(
    `SELECT ${CLIENT_COLUMNS} FROM api_client
     WHERE tenant_id = $1 AND client_id = $2 AND revoked_at IS NULL FOR UPDATE`,
    [tenantId, clientId],
  );
  if (rows[0] !== undefined) return rows[0];
  throw new AppError("NOT_FOUND", "There is no such API client.");
}
