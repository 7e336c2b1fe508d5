import { ALL_SCOPES, isScope } from "@allfunds/contract/scopes";
import { databaseRefusal, type Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { JWK } from "jose";
import {
  Provider,
  errors,
  type Adapter,
  type AdapterPayload,
  type Client,
  type Configuration,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { findConsent } from "../applications/consent.ts";
import type { ProtocolLimits } from "../limits/protocol-limits.ts";
import { ProtocolStore } from "../store/protocol-store.ts";
import { REVOCATIONS_PATH } from "../revocations/revocation.ts";
import { renderDeviceCode, renderDeviceConfirmation, renderDeviceDone } from "./device-pages.ts";
import { answerForSignedTokens, mayIntrospect } from "./issued-tokens.ts";
import { LIFETIMES } from "./lifetimes.ts";
import {
  limitClients,
  limitDevicePolls,
  limitRequests,
  limitTypedCodes,
} from "./limit-requests.ts";
import {
  CLIENT_METADATA,
  OAuthClients,
  type ClientSettings,
  type TenantClientMetadata,
} from "./oauth-clients.ts";
import { renderProtocolError, renderSignedOut, renderSignOut } from "./protocol-pages.ts";
import { auditRequests, recordSessions } from "./record-requests.ts";
import { ACR, signInPolicy } from "./sign-in-policy.ts";
import {
  CLAIMS_OF_SCOPES,
  defaultResource,
  findAccount,
  graphResource,
  IDENTITY_SCOPES,
  tokenClaims,
  withAdministrators,
  withResource,
} from "./token-claims.ts";
import { allowTokenExchange, exchangedClaims } from "./token-exchange.ts";

interface ProviderSettings extends ClientSettings {
  readonly issuer: string;
  /** The resource indicator of the graph. */
  readonly audience: string;
  /** The resource of assistants, whose tokens are for the graph as well. */
  readonly assistantsResource: string;
  /** Newest first: the first signs, the others still verify. */
  readonly cookieKeys: readonly string[];
}

export interface ProviderParts {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly settings: ProviderSettings;
  readonly limits: ProtocolLimits;
}

/** The OAuth 2 and OpenID Connect protocol, on this service's store, with its rules. */
export function createProvider(parts: ProviderParts, keys: readonly JWK[]): Provider {
  const { pool, logger, settings, limits } = parts;
  const clients = new OAuthClients(pool, settings);
  const provider = new Provider(settings.issuer, {
    ...configuration(parts, clients),
    jwks: { keys },
    loadExistingGrant: (context) =>
      grantOf(provider, pool, [settings.audience, settings.assistantsResource], context),
  });
  // Forwarding headers of untrusted clients are dropped before the library.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function compare(actual: string) {
    return clients.isSecret(this.clientId, actual);
  };
  const { issuer, audience } = settings;
  allowTokenExchange(provider, { pool, clients, issuer, audience, keys });
  provider.use(answerForSignedTokens({ pool, clients, issuer, audience, keys }));
  provider.use(limitRequests(limits));
  provider.use(auditRequests(pool, clients));
  provider.use(recordSessions(pool));
  provider.on("server_error", (_context, error) => {
    logger.error({ err: error }, "the protocol failed");
  });
  provider.on("backchannel.error", (_context, error, client) => {
    logger.warn(
      { err: error, clientId: client.clientId },
      "a client was not notified of a sign-out",
    );
  });
  return provider;
}

function configuration(
  { pool, settings, limits }: ProviderParts,
  clients: OAuthClients,
): Omit<Configuration, "jwks"> {
  const secure = settings.issuer.startsWith("https:");
  const admitClient = limitClients(limits, clients);
  const ofDevices = { admitPoll: limitDevicePolls(limits), limited: limitTypedCodes(limits) };
  const adapterOf = (kind: string): Adapter => {
    if (kind === "Client") return clientAdapter(clients, admitClient);
    const store = new ProtocolStore(pool, kind);
    return kind === "DeviceCode" ? deviceCodeAdapter(store, ofDevices) : store;
  };
  const cookie = { httpOnly: true, sameSite: "lax", signed: true, secure } as const;
  return {
    adapter: (kind: string): Adapter => refusingUnstorable(adapterOf(kind)),
    acrValues: Object.values(ACR),
    claims: CLAIMS_OF_SCOPES,
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
    clientBasedCORS: isOwnPage,
    clientDefaults: { id_token_signed_response_alg: "ES256" },
    conformIdTokenClaims: false,
    cookies: {
      keys: [...settings.cookieKeys],
      long: cookie,
      short: cookie,
      names: {
        session: secure ? "__Host-identity" : "identity",
        interaction: "identity-interaction",
        resume: "identity-resume",
      },
    },
    enabledJWA: {
      idTokenSigningAlgValues: ["ES256", "RS256"],
      userinfoSigningAlgValues: ["ES256", "RS256"],
      requestObjectSigningAlgValues: [],
      clientAuthSigningAlgValues: ["ES256", "PS256", "RS256", "EdDSA"],
    },
    extraClientMetadata: { properties: [...CLIENT_METADATA] },
    extraTokenClaims: (context, token) =>
      withAdministrators(pool, exchangedClaims(context) ?? tokenClaims(context, token)),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: true },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      backchannelLogout: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: renderDeviceCode,
        userCodeConfirmSource: renderDeviceConfirmation,
        successSource: renderDeviceDone,
      },
      introspection: { enabled: true, allowedPolicy: mayIntrospect },
      revocation: {
        enabled: true,
        allowedPolicy: (_context, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => renderSignOut(context, form, settings.webUrl),
        postLogoutSuccessSource: (context) => renderSignedOut(context, settings.webUrl),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: defaultResource(settings.audience),
        useGrantedResource: () => true,
        getResourceServerInfo: graphResource(settings.audience, settings.assistantsResource),
      },
    },
    formats: { customizers: { jwt: withResource } },
    // The library cuts connections to private addresses, where the web app's server is. It calls only
    // the addresses of configured clients.
    fetch: (url, options) => globalThis.fetch(url, withoutDispatcher(options)),
    findAccount: findAccount(pool),
    interactions: {
      policy: signInPolicy(pool),
      url: (_context, interaction) => `/sign-in/${interaction.uid}`,
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
    pkce: { required: () => true },
    discovery: { revocations_endpoint: `${settings.issuer}${REVOCATIONS_PATH}` },
    renderError: renderProtocolError,
    responseTypes: ["code"],
    rotateRefreshToken: true,
    routes: {
      authorization: "/oauth/authorize",
      token: "/oauth/token",
      introspection: "/oauth/introspect",
      device_authorization: "/oauth/device-authorization",
      code_verification: "/oauth/device",
      revocation: "/oauth/revoke",
      end_session: "/oauth/sign-out",
      pushed_authorization_request: "/oauth/par",
      userinfo: "/oauth/userinfo",
      jwks: "/.well-known/jwks.json",
    },
    // The graph's scopes belong to its resource; here they would need consent.
    scopes: [...IDENTITY_SCOPES],
    ttl: LIFETIMES,
  };
}

function withoutDispatcher(options: RequestInit = {}): RequestInit {
  const { dispatcher: _guarded, ...rest }: RequestInit & { dispatcher?: unknown } = options;
  return rest;
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

/** Refuses a request with a text that the database cannot store or find, such as one with U+0000. */
const refusing =
  <Sent extends unknown[], Found>(run: (...sent: Sent) => Promise<Found>) =>
  (...sent: Sent): Promise<Found> =>
    run(...sent).catch((error: unknown) => {
      if (databaseRefusal(error)?.code !== "INVALID_INPUT") throw error;
      throw new errors.InvalidRequest("a parameter has a character that cannot be stored");
    });

function refusingUnstorable(adapter: Adapter): Adapter {
  return {
    find: refusing(async (id: string) => adapter.find(id)),
    findByUid: refusing(async (uid: string) => adapter.findByUid(uid)),
    findByUserCode: refusing(async (userCode: string) => adapter.findByUserCode(userCode)),
    upsert: refusing(async (id: string, payload: AdapterPayload, expiresIn: number) =>
      adapter.upsert(id, payload, expiresIn),
    ),
    consume: refusing(async (id: string) => adapter.consume(id)),
    destroy: refusing(async (id: string) => adapter.destroy(id)),
    revokeByGrantId: refusing(async (grantId: string) => adapter.revokeByGrantId(grantId)),
  };
}

/** Clients are stored elsewhere; the protocol only reads them. */
function clientAdapter(clients: OAuthClients, admit: (clientId: string) => Promise<void>): Adapter {
  return {
    find: async (clientId) => {
      await admit(clientId);
      return clients.find(clientId);
    },
    upsert: nothing,
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}

interface DeviceLimits {
  readonly admitPoll: ReturnType<typeof limitDevicePolls>;
  readonly limited: ReturnType<typeof limitTypedCodes>;
}

/** Device codes by their ids; a user types another code. */
function deviceCodeAdapter(store: ProtocolStore, { admitPoll, limited }: DeviceLimits): Adapter {
  return {
    find: async (deviceCode) => {
      const found = await store.find(deviceCode);
      if (found !== undefined) await admitPoll(deviceCode);
      return found;
    },
    findByUid: (uid) => store.findByUid(uid),
    findByUserCode: (userCode) => limited(() => store.findByUserCode(userCode)),
    upsert: (id, payload, expiresIn) => store.upsert(id, payload, expiresIn),
    consume: (id) => store.consume(id),
    destroy: (id) => store.destroy(id),
    revokeByGrantId: (grantId) => store.revokeByGrantId(grantId),
  };
}

/** A page may read the answers to a program that runs in browsers and returns to the page's own origin. */
function isOwnPage(_context: KoaContextWithOIDC, origin: string, client: Client): boolean {
  const { redirectUris = [], tokenEndpointAuthMethod } = client;
  return (
    tokenEndpointAuthMethod === "none" &&
    redirectUris.some((address) => URL.parse(address)?.origin === origin)
  );
}

/**
 * What a client may do for the signed-in user: the web app everything, as roles narrow it when a token is made; an
 * application what its user has allowed.
 */
async function grantOf(
  provider: Provider,
  pool: Pool,
  resources: readonly string[],
  { oidc }: KoaContextWithOIDC,
) {
  const { client, session } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const isWebApp = (client as TenantClientMetadata).application_scopes === undefined;
  const decided = oidc.result?.consent?.grantId;
  if (!isWebApp && decided !== undefined) return provider.Grant.find(decided);
  const consent = isWebApp
    ? undefined
    : await findConsent(pool, session.accountId, client.clientId);
  if (!isWebApp && consent === undefined) return undefined;
  const grantId = session.grantIdFor(client.clientId);
  const stored = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    stored?.accountId === session.accountId
      ? stored
      : new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  const scopes: readonly string[] = consent?.scopes ?? [...IDENTITY_SCOPES, ...ALL_SCOPES];
  grant.addOIDCScope(IDENTITY_SCOPES.filter((scope) => scopes.includes(scope)).join(" "));
  const ofGraph = scopes.filter(isScope).join(" ");
  for (const resource of resources) grant.addResourceScope(resource, ofGraph);
  await grant.save();
  return grant;
}
