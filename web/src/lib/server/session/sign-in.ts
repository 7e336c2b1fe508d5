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

/** This app's own address as browsers know it. */
export const webUrl = WEB_URL ?? `http://localhost:${WEB_PORT ?? 3000 + (PORT_OFFSET ?? 0)}`;

/** Absent while no issuer is configured: then there are no sessions, and everybody sees everything. */
export const signIn: SignIn | undefined =
  OIDC_ISSUER === undefined ? undefined : connectParts(OIDC_ISSUER);

function connectParts(issuerUrl: string): SignIn {
  const clientSecret = demand("WEB_CLIENT_SECRET", WEB_CLIENT_SECRET);
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
  const store = new SessionStore(openPool(demand("DATABASE_URL_WEB", DATABASE_URL_WEB)), vault);
  return {
    settings,
    vault,
    issuer,
    store,
    tokens: new AccessTokens(store, issuer),
    logoutTokens: new LogoutTokens(issuer, settings),
  };
}

function demand(name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`${name} must be set where OIDC_ISSUER is`);
  return value;
}
