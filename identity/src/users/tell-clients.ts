import type { Provider } from "oidc-provider";

/** What is stored of a session, as far as ending it needs to know. */
export interface StoredSession {
  readonly authorizations?: Readonly<
    Record<string, { readonly sid?: string; readonly grantId?: string }>
  >;
}

/** The part of the library's client that its typings leave out. */
interface LogoutClient {
  readonly backchannelLogoutUri?: string;
  backchannelLogout(userId: string, sid: string): Promise<void>;
}

/** Tells every client that was signed in to through these sessions that they have ended. */
export async function tellClients(
  provider: Provider,
  userId: string,
  sessions: readonly StoredSession[],
): Promise<void> {
  await Promise.all(
    sessions.flatMap(({ authorizations = {} }) =>
      Object.entries(authorizations).map(([clientId, { sid }]) =>
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
