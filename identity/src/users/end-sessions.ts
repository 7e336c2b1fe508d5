import type { Pool } from "@allfunds/platform";
import type { Provider } from "oidc-provider";

interface StoredSession {
  readonly authorizations?: Readonly<Record<string, { readonly sid?: string }>>;
}

/** The part of the library's client that its typings leave out. */
interface LogoutClient {
  readonly backchannelLogoutUri?: string;
  backchannelLogout(userId: string, sid: string): Promise<void>;
}

/**
 * Signs a user out everywhere: sessions and refresh tokens are gone at once, clients are told, and
 * access tokens end by themselves within five minutes.
 */
export async function endSessions(pool: Pool, provider: Provider, userId: string): Promise<void> {
  const { rows } = await pool.query<{ kind: string; payload: StoredSession }>(
    "DELETE FROM protocol_record WHERE account_id = $1 RETURNING kind, payload",
    [userId],
  );
  const sessions = rows.filter(({ kind }) => kind === "Session");
  await Promise.all(
    sessions.flatMap(({ payload }) =>
      Object.entries(payload.authorizations ?? {}).map(([clientId, { sid }]) =>
        tellClient(provider, clientId, userId, sid),
      ),
    ),
  );
}

/** A client that cannot be reached finds out at its next refresh. */
async function tellClient(
  provider: Provider,
  clientId: string,
  userId: string,
  sid: string | undefined,
): Promise<void> {
  const client = (await provider.Client.find(clientId)) as LogoutClient | undefined;
  if (client?.backchannelLogoutUri === undefined || sid === undefined) return;
  await client.backchannelLogout(userId, sid).catch(() => undefined);
}
