import { createHash, timingSafeEqual } from "node:crypto";
import { EVERY_TENANT } from "@allfunds/platform/auth";
import type { Pool } from "@allfunds/platform/database";
import type { AdapterPayload } from "oidc-provider";
import {
  findLiveApplication,
  isApplicationSecret,
  type Application,
} from "../applications/application.ts";
import { findLiveApiClient } from "../clients/api-client.ts";
import { isClientSecret } from "../clients/client-secret.ts";

/** The web app's server: the only client through which users sign in. */
const WEB_CLIENT_ID = "web";

/** RFC 8693. */
export const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** The names of the metadata that this service adds to a client's. */
export const CLIENT_METADATA = [
  "tenant",
  "api_scopes",
  "owner",
  "exchange_scopes",
  "application_scopes",
  "api_version",
] as const;

export interface TenantClientMetadata {
  readonly tenant?: string;
  readonly api_scopes?: readonly string[];
  /** The user who made it. */
  readonly owner?: string;
  /** The version of the REST API that it is pinned to. */
  readonly api_version?: string;
  /** Of an application: what users may allow it. */
  readonly application_scopes?: readonly string[];
  /** Of a service of the system: what it may do for a caller whose token it exchanges. */
  readonly exchange_scopes?: readonly string[];
}

// The library requires a secret; `isSecret` compares the real ones, by hash.
const HASHED = "stored as a hash";

export interface ClientSettings {
  readonly webUrl: string;
  /** Where this server reaches the web app to report a sign-out. */
  readonly webInternalUrl: string;
  readonly webClientSecret: string;
  /** The clients of the system's own services. */
  readonly systemClients: readonly {
    readonly id: string;
    readonly secret: string;
    readonly scopes: readonly string[];
    /** What it may do for a caller whose token it exchanges. */
    readonly exchanges: readonly string[];
  }[];
}

/** Finds clients where they are defined: the system's in the configuration, tenants' in the database. */
export class OAuthClients {
  readonly #pool: Pool;
  readonly #settings: ClientSettings;

  constructor(pool: Pool, settings: ClientSettings) {
    this.#pool = pool;
    this.#settings = settings;
  }

  async find(clientId: string): Promise<AdapterPayload | undefined> {
    if (clientId === WEB_CLIENT_ID) return this.#webClient();
    const system = this.#settings.systemClients.find(({ id }) => id === clientId);
    if (system !== undefined) return systemClient(system);
    const client = await findLiveApiClient(this.#pool, clientId);
    if (client === undefined) {
      const application = await findLiveApplication(this.#pool, clientId);
      return application === undefined ? undefined : applicationClient(application);
    }
    const { tenantId, scopes, name, createdBy, apiVersion } = client;
    return {
      ...serviceClient(clientId, tenantId, scopes, name),
      owner: createdBy,
      api_version: apiVersion,
    };
  }

  async isSecret(clientId: string, clientSecret: string): Promise<boolean> {
    const system = this.#settings.systemClients.find(({ id }) => id === clientId);
    if (clientId === WEB_CLIENT_ID) return sameText(clientSecret, this.#settings.webClientSecret);
    if (system !== undefined) return sameText(clientSecret, system.secret);
    return (
      (await isClientSecret(this.#pool, clientId, clientSecret)) ||
      isApplicationSecret(this.#pool, clientId, clientSecret)
    );
  }

  /** True for a client of a tenant, whose use is recorded and limited. */
  isTenantClient(clientId: string): boolean {
    return (
      clientId !== WEB_CLIENT_ID && !this.#settings.systemClients.some(({ id }) => id === clientId)
    );
  }

  #webClient(): AdapterPayload {
    const { webUrl, webInternalUrl } = this.#settings;
    return {
      client_id: WEB_CLIENT_ID,
      client_secret: HASHED,
      client_name: "AllFunds",
      client_uri: webUrl,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: [`${webUrl}/auth/callback`],
      post_logout_redirect_uris: [`${webUrl}/`],
      backchannel_logout_uri: `${webInternalUrl}/auth/backchannel-logout`,
      backchannel_logout_session_required: true,
    };
  }
}

function systemClient({
  id,
  scopes,
  exchanges,
}: ClientSettings["systemClients"][number]): AdapterPayload {
  const client = serviceClient(id, EVERY_TENANT, scopes);
  if (exchanges.length === 0) return client;
  const grants = [...(client.grant_types ?? []), TOKEN_EXCHANGE];
  return { ...client, grant_types: grants, exchange_scopes: [...exchanges] };
}

/** RFC 8628. */
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

const applicationClient = (application: Application): AdapterPayload => ({
  client_id: application.clientId,
  ...(application.authentication.startsWith("client_secret") ? { client_secret: HASHED } : {}),
  client_name: application.name,
  token_endpoint_auth_method: application.authentication,
  ...(application.jwks === null || application.jwks === undefined
    ? {}
    : { jwks: { keys: [...application.jwks.keys] } }),
  id_token_signed_response_alg: application.idTokenAlgorithm,
  grant_types: [
    ...(application.redirectUris.length > 0 ? ["authorization_code"] : []),
    ...(application.devices ? [DEVICE_CODE] : []),
    "refresh_token",
  ],
  response_types: application.redirectUris.length > 0 ? ["code"] : [],
  redirect_uris: [...application.redirectUris],
  post_logout_redirect_uris: [...application.signOutUris],
  tenant: application.tenantId,
  application_scopes: [...application.scopes],
  api_version: application.apiVersion,
});

const serviceClient = (
  clientId: string,
  tenant: string,
  scopes: readonly string[],
  name = clientId,
): AdapterPayload => ({
  client_id: clientId,
  client_secret: HASHED,
  client_name: name,
  grant_types: ["client_credentials"],
  response_types: [],
  redirect_uris: [],
  tenant,
  api_scopes: [...scopes],
});

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other));
