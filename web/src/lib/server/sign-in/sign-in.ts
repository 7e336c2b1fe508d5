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
import { Pool } from "pg";
import { AccessTokens } from "../session/access-tokens.ts";
import { Issuer, type IssuerSettings } from "../issuer/issuer.ts";
import { LogoutTokens } from "../issuer/logout-tokens.ts";
import { SessionStore } from "../session/session-store.ts";
import { Encryption } from "../session/encryption.ts";
import { log } from "../telemetry/log.ts";

/** The parts of the sign-in. */
export interface SignIn {
  readonly settings: IssuerSettings;
  readonly encryption: Encryption;
  readonly issuer: Issuer;
  readonly store: SessionStore;
  readonly tokens: AccessTokens;
  readonly logoutTokens: LogoutTokens;
}

const offset = PORT_OFFSET ?? 0;

/** This app's own address for browsers. */
export const webUrl = WEB_URL ?? `http://localhost:${WEB_PORT ?? 3000 + offset}`;

const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 3_000;
// Longer than an issuer may take to renew a token: other requests wait for the row meanwhile.
const STATEMENT_TIMEOUT_MS = 15_000;

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
  const store = new SessionStore(openPool(databaseUrl), encryption);
  return {
    settings,
    encryption,
    issuer,
    store,
    tokens: new AccessTokens(store, issuer),
    logoutTokens: new LogoutTokens(issuer, settings),
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

function openPool(connectionString: string): Pool {
  const pool = new Pool({
    connectionString,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
  });
  // Without a listener, a lost idle connection would end this process.
  pool.on("error", (error) => log("warn", `session database connection lost: ${error.message}`));
  return pool;
}
