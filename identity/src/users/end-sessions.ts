import type { Pool } from "@allfunds/platform/database";
import type { Provider } from "oidc-provider";
import { tellClients, type StoredSession } from "./tell-clients.ts";

/**
 * Signs a user out everywhere: sessions and refresh tokens are gone at once, clients are told, and
 * access tokens end by themselves within five minutes.
 */
export async function endSessions(pool: Pool, provider: Provider, userId: string): Promise<void> {
  const { rows } = await pool.query<{ kind: string; payload: StoredSession }>(
    "DELETE FROM protocol_record WHERE account_id = $1 RETURNING kind, payload",
    [userId],
  );
  const sessions = rows.filter(({ kind }) => kind === "Session").map(({ payload }) => payload);
  await tellClients(provider, userId, sessions);
}
