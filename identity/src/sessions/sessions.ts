import { createHash } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import type { Provider } from "oidc-provider";
import { recordRevocations } from "../revocations/revocation.ts";

/** One session of a user: one browser that is signed in. */
export interface SignIn {
  /** Identifies it among the user's; no credential. */
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

/** The id under which `listSignIns` returns the session with this uid. */
export const signInId = (sessionUid: string): string => hashOf(sessionUid).toString("hex");

/** Records where a session was last used to sign in to an application. */
export async function recordSessionUse(
  pool: Pool,
  sessionUid: string,
  { ip, userAgent }: { readonly ip: string | undefined; readonly userAgent: string },
): Promise<void> {
  await pool.query(
    "UPDATE protocol_record SET ip = $2, user_agent = $3 WHERE kind = 'Session' AND uid_hash = $1",
    [hashOf(sessionUid), ip, userAgent.slice(0, 400)],
  );
}

/** The stored fields of a session that are needed to end it. */
interface StoredSession {
  readonly authorizations?: Readonly<
    Record<string, { readonly sid?: string; readonly grantId?: string }>
  >;
}

/**
 * Ends everything that a user's access opened, when the user is disabled or may do something else from now on: all
 * sign-ins, and the access tokens of the API clients that the user is behind.
 */
export async function endAccess(pool: Pool, provider: Provider, userId: string): Promise<void> {
  await recordRevocations(pool, [`owner:${userId}`]);
  await endSessions(pool, provider, userId);
}

/**
 * Signs a user out everywhere: sessions and refresh tokens end at once, clients are notified, and services refuse
 * access tokens as soon as they have read so.
 */
export async function endSessions(pool: Pool, provider: Provider, userId: string): Promise<void> {
  const { rows } = await pool.query<{ kind: string; payload: StoredSession }>(
    "DELETE FROM protocol_record WHERE account_id = $1 RETURNING kind, payload",
    [userId],
  );
  await recordRevocations(pool, [`sub:${userId}`]);
  const sessions = rows.filter(({ kind }) => kind === "Session").map(({ payload }) => payload);
  await notifyClients(provider, userId, sessions);
}

/**
 * Ends one session with everything that was granted in it, and notifies its clients; false when the
 * user has no such session.
 */
export async function endSession(
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
  const grantIds = Object.values(ended.payload.authorizations ?? {}).flatMap(({ grantId }) =>
    grantId === undefined ? [] : [grantId],
  );
  await recordRevocations(
    pool,
    grantIds.map((grantId) => `grant:${grantId}`),
  );
  await pool.query(
    `DELETE FROM protocol_record WHERE account_id = $1
       AND (grant_hash = ANY ($2) OR (kind = 'Grant' AND id_hash = ANY ($2)))`,
    [userId, grantIds.map(hashOf)],
  );
  await notifyClients(provider, userId, [ended.payload]);
  return true;
}

/** The part of the library's client that its typings leave out. */
interface LogoutClient {
  readonly backchannelLogoutUri?: string;
  backchannelLogout(userId: string, sid: string): Promise<void>;
}

/** Notifies every client of these sessions by back-channel logout. */
async function notifyClients(
  provider: Provider,
  userId: string,
  sessions: readonly StoredSession[],
): Promise<void> {
  await Promise.all(
    sessions.flatMap(({ authorizations = {} }) =>
      Object.entries(authorizations).map(([clientId, { sid }]) =>
        notifyClient(provider, clientId, userId, sid),
      ),
    ),
  );
}

/** A client that cannot be reached learns of it when its next refresh is refused. */
async function notifyClient(
  provider: Provider,
  clientId: string,
  userId: string,
  sid: string | undefined,
): Promise<void> {
  const client = (await provider.Client.find(clientId)) as LogoutClient | undefined;
  if (client?.backchannelLogoutUri === undefined || sid === undefined) return;
  await client.backchannelLogout(userId, sid).catch(() => undefined);
}
