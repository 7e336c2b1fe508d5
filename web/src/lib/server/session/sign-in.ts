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
import { AccessTokens } from "./access-tokens.ts";
import { Issuer, type IssuerSettings } from "./issuer.ts";
import { LogoutTokens } from "./logout-token.ts";
import { openPool } from "./open-pool.ts";
import { SessionStore } from "./session-store.ts";
import { Vault } from "./vault.ts";

/** Everything that signing in takes. */
export interface SignIn {
  readonly settings: IssuerSettings;
  readonly vault: Vault;
  readonly issuer: Issuer;
  readonly store: SessionStore;
  readonly tokens: AccessTokens;
  readonly logoutTokens: LogoutTokens;
}

const offset = PORT_OFFSET ?? 0;

/** This app's own address as browsers know it. */
export const webUrl = WEB_URL ?? `http://localhost:${WEB_PORT ?? 3000 + offset}`;

let parts: SignIn | undefined;

/** Connected when first asked for, which the start of the server does. */
export function signIn(): SignIn {
  parts ??= connectParts();
  return parts;
}

function connectParts(): SignIn {
  const { issuer: issuerUrl, clientSecret, databaseUrl } = demandSettings();
  const settings: IssuerSettings = {
    issuer: issuerUrl,
    tokenEndpoint: OIDC_TOKEN_ENDPOINT,
    jwksUri: OIDC_JWKS_URI,
    clientId: WEB_CLIENT_ID ?? "web",
    clientSecret,
    audience: GRAPH_AUDIENCE ?? "urn:allfunds:graph",
    webUrl,
  };
  const vault = new Vault(WEB_SESSION_SECRET ?? clientSecret);
  const issuer = new Issuer(settings);
  const store = new SessionStore(openPool(databaseUrl), vault);
  return {
    settings,
    vault,
    issuer,
    store,
    tokens: new AccessTokens(store, issuer),
    logoutTokens: new LogoutTokens(issuer, settings),
  };
}

/** What there is no default for; every absent one is named. */
function demandSettings(): { issuer: string; clientSecret: string; databaseUrl: string } {
  // Beside the development server runs the issuer of this machine.
  const issuer = OIDC_ISSUER ?? (dev ? `http://localhost:${4100 + offset}` : undefined);
  const needed = { OIDC_ISSUER: issuer, WEB_CLIENT_SECRET, DATABASE_URL_WEB };
  const missing = Object.entries(needed).filter(([, value]) => value === undefined);
  if (issuer === undefined || WEB_CLIENT_SECRET === undefined || DATABASE_URL_WEB === undefined) {
    throw new Error(`must be set: ${missing.map(([name]) => name).join(", ")}`);
  }
  return { issuer, clientSecret: WEB_CLIENT_SECRET, databaseUrl: DATABASE_URL_WEB };
}
