import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { JWK } from "jose";
import { Provider, type Adapter, type Configuration, type KoaContextWithOIDC } from "oidc-provider";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import type { IdentityConfig } from "../config.ts";
import type { ProtocolLimits } from "../limits/protocol-limits.ts";
import { renderProtocolError, renderSignedOut, renderSignOut } from "../pages/protocol-pages.ts";
import { ProtocolStore } from "../store/protocol-store.ts";
import { auditProtocol } from "./audit-protocol.ts";
import { LIFETIMES } from "./lifetimes.ts";
import { limitRequests } from "./limit-requests.ts";
import { noteSignIns } from "./note-sign-ins.ts";
import { CLIENT_METADATA, OAuthClients } from "./oauth-clients.ts";
import { ACR, signInPolicy } from "./sign-in-policy.ts";
import { findAccount, graphResource, tokenClaims } from "./token-claims.ts";

export interface ProviderParts {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly config: IdentityConfig;
  readonly limits: ProtocolLimits;
}

/** The OAuth 2 and OpenID Connect protocol, on our store, with our rules. */
export function createProvider(parts: ProviderParts, keys: readonly JWK[]): Provider {
  const { pool, logger, config, limits } = parts;
  const clients = new OAuthClients(pool, config);
  const provider = new Provider(config.issuer, {
    ...configuration(parts, clients),
    jwks: { keys: keys },
    loadExistingGrant: (context) => firstPartyGrant(provider, config.audience, context),
  });
  // Forwarding headers that reach it come from a trusted proxy.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function compare(actual: string) {
    return clients.isSecret(this.clientId, actual);
  };
  provider.use(limitRequests(limits, clients));
  provider.use(auditProtocol(pool, clients));
  provider.use(noteSignIns(pool));
  provider.on("server_error", (_context, error) => {
    logger.error({ err: error }, "the protocol failed");
  });
  provider.on("backchannel.error", (_context, error, client) => {
    logger.warn({ err: error, clientId: client.clientId }, "a client was not told of a sign-out");
  });
  return provider;
}

function configuration(
  { pool, config }: ProviderParts,
  clients: OAuthClients,
): Omit<Configuration, "jwks"> {
  const secure = config.issuer.startsWith("https:");
  const cookie = { httpOnly: true, sameSite: "lax", signed: true, secure } as const;
  return {
    adapter: (kind: string): Adapter =>
      kind === "Client" ? clientAdapter(clients) : new ProtocolStore(pool, kind),
    acrValues: Object.values(ACR),
    claims: {
      openid: ["sub", "acr", "amr", "tenant", "roles"],
      profile: ["name"],
      email: ["email"],
    },
    clientAuthMethods: ["client_secret_basic", "client_secret_post"],
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    conformIdTokenClaims: false,
    cookies: {
      keys: [...config.cookieKeys],
      long: cookie,
      short: cookie,
      names: {
        session: secure ? "__Host-identity" : "identity",
        interaction: "identity-interaction",
        resume: "identity-resume",
      },
    },
    enabledJWA: {
      idTokenSigningAlgValues: ["ES256"],
      requestObjectSigningAlgValues: [],
      clientAuthSigningAlgValues: [],
    },
    extraClientMetadata: { properties: [...CLIENT_METADATA] },
    extraTokenClaims: (context) => tokenClaims(context),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      backchannelLogout: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => renderSignOut(context, form, config.webUrl),
        postLogoutSuccessSource: (context) => renderSignedOut(context, config.webUrl),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => config.audience,
        useGrantedResource: () => true,
        getResourceServerInfo: graphResource(config.audience),
      },
    },
    // The library cuts connections to private addresses, where the web app's server is. The only
    // addresses ever called are those of our own clients, from the configuration.
    fetch: (url, options) => globalThis.fetch(url, withoutDispatcher(options)),
    findAccount: findAccount(pool),
    interactions: {
      policy: signInPolicy(pool),
      url: (_context, interaction) => `/sign-in/${interaction.uid}`,
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
    pkce: { required: () => true },
    renderError: renderProtocolError,
    responseTypes: ["code"],
    rotateRefreshToken: true,
    routes: {
      authorization: "/oauth/authorize",
      token: "/oauth/token",
      revocation: "/oauth/revoke",
      end_session: "/oauth/sign-out",
      pushed_authorization_request: "/oauth/par",
      jwks: "/.well-known/jwks.json",
    },
    // The graph's scopes belong to its resource; listed here they would need consent.
    scopes: ["openid", "profile", "email"],
    ttl: LIFETIMES,
  };
}

function withoutDispatcher(options: RequestInit = {}): RequestInit {
  const { dispatcher: _guarded, ...rest }: RequestInit & { dispatcher?: unknown } = options;
  return rest;
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** Clients are kept elsewhere and only ever looked up. */
function clientAdapter(clients: OAuthClients): Adapter {
  return {
    find: (clientId) => clients.find(clientId),
    upsert: nothing,
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}

/** Grants everything a first-party client may ever ask for: roles narrow it when a token is made. */
async function firstPartyGrant(provider: Provider, audience: string, { oidc }: KoaContextWithOIDC) {
  const { client, session } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grantId = session.grantIdFor(client.clientId);
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    known?.accountId === session.accountId
      ? known
      : new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid profile email");
  grant.addResourceScope(audience, ALL_SCOPES.join(" "));
  await grant.save();
  return grant;
}
