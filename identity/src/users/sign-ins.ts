import { createHash } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import type { Provider } from "oidc-provider";
import { tellClients, type StoredSession } from "./tell-clients.ts";

/** One session of a user: one browser that is signed in. */
export interface SignIn {
  /** Names it among the user's; no credential. */
  readonly id: string;
  /** When it began. */
  readonly at: Date;
  readonly factors: readonly string[];
  readonly ip: string | null;
  readonly userAgent: string | null;
}

const LIVE = `kind = 'Session' AND account_id = $1 AND (expires_at IS NULL OR expires_at > now())`;
const MOST_SHOWN = 100;

/** The user's sessions that have not ended, the newest first. */
export async function listSignIns(pool: Pool, userId: string): Promise<SignIn[]> {
  const { rows } = await pool.query<SignIn>(
    `SELECT encode(uid_hash, 'hex') AS id, to_timestamp((payload->>'loginTs')::float8) AS at,
       coalesce((SELECT array_agg(factor) FROM jsonb_array_elements_text(payload->'amr') factor),
         '{}') AS factors,
       ip, user_agent AS "userAgent"
     FROM protocol_record WHERE ${LIVE} AND payload ? 'loginTs'
     ORDER BY at DESC LIMIT ${MOST_SHOWN}`,
    [userId],
  );
  return rows;
}

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What `listSignIns` calls the session with this uid. */
export const signInId = (sessionUid: string): string => hashOf(sessionUid).toString("hex");

/**
 * Ends one session with everything that was granted in it, and tells its clients; false when the user
 * has no such session.
 */
export async function endSignIn(
  pool: Pool,
  provider: Provider,
  userId: string,
  id: string,
): Promise<boolean> {
  const { rows } = await pool.query<{ payload: StoredSession }>(
    `DELETE FROM protocol_record WHERE ${LIVE} AND encode(uid_hash, 'hex') = $2 RETURNING payload`,
    [userId, id],
  );
  const [ended] = rows;
  if (ended === undefined) return false;
  const grants = Object.values(ended.payload.authorizations ?? {}).flatMap(({ grantId }) =>
    grantId === undefined ? [] : [hashOf(grantId)],
  );
  await pool.query(
    `DELETE FROM protocol_record WHERE account_id = $1
       AND (grant_hash = ANY ($2) OR (kind = 'Grant' AND id_hash = ANY ($2)))`,
    [userId, grants],
  );
  await tellClients(provider, userId, [ended.payload]);
  return true;
}

/** Keeps from where a session was last used to sign in somewhere. */
export async function noteSignIn(
  pool: Pool,
  sessionUid: string,
  { ip, userAgent }: { readonly ip: string | undefined; readonly userAgent: string },
): Promise<void> {
  await pool.query(
    "UPDATE protocol_record SET ip = $2, user_agent = $3 WHERE kind = 'Session' AND uid_hash = $1",
    [hashOf(sessionUid), ip, userAgent.slice(0, 400)],
  );
}
