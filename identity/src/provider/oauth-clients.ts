import { createHash, timingSafeEqual } from "node:crypto";
import type { Pool } from "@allfunds/platform/database";
import type { AdapterPayload } from "oidc-provider";
import { findLiveApiClient } from "../clients/api-client.ts";
import { isClientSecret } from "../clients/client-secret.ts";
import type { IdentityConfig } from "../config.ts";

/** The web app's server: the only client people sign in through. */
const WEB_CLIENT_ID = "web";

/** The tenant of the system's own services, which follow the events of every tenant. */
export const EVERY_TENANT = "*";

/** Names of our own client metadata. */
export const CLIENT_METADATA = ["tenant", "api_scopes", "owner"] as const;

export interface OwnClientMetadata {
  readonly tenant?: string;
  readonly api_scopes?: readonly string[];
  /** The user who made it. */
  readonly owner?: string;
}

// The library wants to see a secret; ours are compared elsewhere, by hash.
const HASHED = "kept as a hash";

type Config = Pick<
  IdentityConfig,
  "webUrl" | "webInternalUrl" | "webClientSecret" | "systemClients"
>;

/** Finds clients where they are kept: the configuration for our own, the database for tenants'. */
export class OAuthClients {
  readonly #pool: Pool;
  readonly #config: Config;

  constructor(pool: Pool, config: Config) {
    this.#pool = pool;
    this.#config = config;
  }

  async find(clientId: string): Promise<AdapterPayload | undefined> {
    if (clientId === WEB_CLIENT_ID) return this.#webClient();
    const system = this.#config.systemClients.find(({ id }) => id === clientId);
    if (system !== undefined) return serviceClient(clientId, EVERY_TENANT, system.scopes);
    const client = await findLiveApiClient(this.#pool, clientId);
    if (client === undefined) return undefined;
    const { tenantId, scopes, name, createdBy } = client;
    return { ...serviceClient(clientId, tenantId, scopes, name), owner: createdBy };
  }

  async isSecret(clientId: string, clientSecret: string): Promise<boolean> {
    const system = this.#config.systemClients.find(({ id }) => id === clientId);
    if (clientId === WEB_CLIENT_ID) return sameText(clientSecret, this.#config.webClientSecret);
    if (system !== undefined) return sameText(clientSecret, system.secret);
    return isClientSecret(this.#pool, clientId, clientSecret);
  }

  /** True for a client that a tenant made, whose use is noted. */
  isTenantClient(clientId: string): boolean {
    return (
      clientId !== WEB_CLIENT_ID && !this.#config.systemClients.some(({ id }) => id === clientId)
    );
  }

  #webClient(): AdapterPayload {
    const { webUrl, webInternalUrl } = this.#config;
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
