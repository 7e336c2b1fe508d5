import { dev } from "$app/env";
import {
  DATABASE_URL_WEB,
  GRAPH_AUDIENCE,
  OIDC_ISSUER,
  OIDC_JWKS_URI,
  OIDC_TOKEN_ENDPOINT,
  PORT_OFFSET,
  WEB_CLIENT_ID,
  WEB_CLIENT_SECRET,
  WEB_PORT,
  WEB_SESSION_SECRET,
  WEB_URL,
} from "$app/env/private";
import { AccessTokens } from "../session/access-tokens.ts";
import { Issuer, type IssuerSettings } from "../issuer/issuer.ts";
import { LogoutTokens } from "../issuer/logout-tokens.ts";
import { openSessionDatabase } from "../session/session-database.ts";
import { SessionStore } from "../session/session-store.ts";
import { Encryption } from "../session/encryption.ts";
import { log } from "../telemetry/log.ts";
import { SavedViews } from "../views/saved-views.ts";
import { WatchedInstruments } from "../views/watched-instruments.ts";

/** The parts of the sign-in. */
export interface SignIn {
  readonly settings: IssuerSettings;
  readonly encryption: Encryption;
  readonly issuer: Issuer;
  readonly store: SessionStore;
  /** Resolves when sessions can be read; rejects with the reason when not. */
  readonly sessionsReady: () => Promise<void>;
  readonly tokens: AccessTokens;
  readonly logoutTokens: LogoutTokens;
  /** What people keep in the same database. */
  /** Filters of transactions. */
  readonly views: SavedViews;
  readonly reports: SavedViews;
  readonly watched: WatchedInstruments;
}

const offset = PORT_OFFSET ?? 0;

/** This app's own address for browsers. */
export const webUrl = WEB_URL ?? `http://localhost:${WEB_PORT ?? 3000 + offset}`;

let parts: SignIn | undefined;

/** Connected on first use, which is when the server starts. */
export function signIn(): SignIn {
  parts ??= connectParts();
  return parts;
}

function connectParts(): SignIn {
  const { issuer: issuerUrl, clientSecret, databaseUrl } = requiredSettings();
  const settings: IssuerSettings = {
    issuer: issuerUrl,
    tokenEndpoint: OIDC_TOKEN_ENDPOINT,
    jwksUri: OIDC_JWKS_URI,
    clientId: WEB_CLIENT_ID ?? "web",
    clientSecret,
    audience: GRAPH_AUDIENCE ?? "urn:allfunds:graph",
    webUrl,
  };
  const encryption = new Encryption(WEB_SESSION_SECRET ?? clientSecret);
  const issuer = new Issuer(settings);
  const { pool, answers } = openSessionDatabase(databaseUrl, log);
  const store = new SessionStore(pool, encryption);
  return {
    settings,
    encryption,
    issuer,
    store,
    sessionsReady: async () => {
      await answers();
      await store.ready();
    },
    tokens: new AccessTokens(store, issuer),
    logoutTokens: new LogoutTokens(issuer, settings),
    views: new SavedViews(pool, () => store.ready(), "web_saved_view"),
    reports: new SavedViews(pool, () => store.ready(), "web_saved_report"),
    watched: new WatchedInstruments(pool, () => store.ready()),
  };
}

/** The settings without a default. The error lists every missing one. */
function requiredSettings(): { issuer: string; clientSecret: string; databaseUrl: string } {
  // The development server uses the issuer of this machine.
  const issuer = OIDC_ISSUER ?? (dev ? `http://localhost:${4100 + offset}` : undefined);
  const needed = { OIDC_ISSUER: issuer, WEB_CLIENT_SECRET, DATABASE_URL_WEB };
  const missing = Object.entries(needed).filter(([, value]) => value === undefined);
  if (issuer === undefined || WEB_CLIENT_SECRET === undefined || DATABASE_URL_WEB === undefined) {
    throw new Error(
      `These environment variables must be set: ${missing.map(([name]) => name).join(", ")}`,
    );
  }
  return { issuer, clientSecret: WEB_CLIENT_SECRET, databaseUrl: DATABASE_URL_WEB };
}
