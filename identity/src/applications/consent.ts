import type { Pool } from "@allfunds/platform/database";
import { recordRevocations } from "../revocations/revocation.ts";

/** What a user has allowed an application. */
export interface Consent {
  readonly clientId: string;
  /** The application's name. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly grantedAt: Date;
}

const COLUMNS = `consent.client_id AS "clientId", application.name, consent.scopes,
  consent.granted_at AS "grantedAt"`;
const LIVE = `FROM application_consent consent
  JOIN application USING (tenant_id, client_id) WHERE revoked_at IS NULL AND user_id = $1`;

/** What the user allows now, by the application's name. */
export async function listConsents(pool: Pool, userId: string): Promise<Consent[]> {
  const { rows } = await pool.query<Consent>(`SELECT ${COLUMNS} ${LIVE} ORDER BY name, client_id`, [
    userId,
  ]);
  return rows;
}

export async function findConsent(
  pool: Pool,
  userId: string,
  clientId: string,
): Promise<Consent | undefined> {
  const { rows } = await pool.query<Consent>(
    `SELECT ${COLUMNS} ${LIVE} AND consent.client_id = $2`,
    [userId, clientId],
  );
  return rows[0];
}

/** Adds to what the user allows; what was allowed before stays. */
export async function recordConsent(
  pool: Pool,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  clientId: string,
  scopes: readonly string[],
): Promise<void> {
  await pool.query(
    `INSERT INTO application_consent AS held (tenant_id, user_id, client_id, scopes)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (tenant_id, user_id, client_id) DO UPDATE SET granted_at = now(),
       scopes = ARRAY(SELECT DISTINCT unnest(held.scopes || excluded.scopes) ORDER BY 1)`,
    [tenantId, userId, clientId, scopes],
  );
}

/** Ends what the application may do for the user. */
export async function withdrawConsent(pool: Pool, userId: string, clientId: string): Promise<void> {
  await pool.query("DELETE FROM application_consent WHERE user_id = $1 AND client_id = $2", [
    userId,
    clientId,
  ]);
  await recordRevocations(pool, [`act:${userId} ${clientId}`]);
  await pool.query(
    `DELETE FROM protocol_record WHERE account_id = $1 AND payload->>'clientId' = $2
       AND kind <> 'Session'`,
    [userId, clientId],
  );
}
