import { z } from "zod";
import { ConfigError, secret, type CommonConfig, type Config } from "../config.ts";
import { openContext, type HeaderValues, type RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { ClientCredentials } from "./client-credentials.ts";
import { authenticate } from "./context-from-token.ts";
import { discovered, type IssuerEndpoints } from "./discover-issuer.ts";
import { Revocations } from "./revocations.ts";
import { OWN_CLAIMS, type ClaimMapping } from "./map-claims.ts";
import { cacheVerified } from "./cache-verified.ts";
import { TokenExchange } from "./token-exchange.ts";
import { createTokenVerifier, type TokenVerifier } from "./token-verifier.ts";

const ISSUER_PORT = 4100;

const httpUrl = () => z.url({ protocol: /^https?$/ });

const claimMapping = z.strictObject({
  tenant: z.string().min(1),
  roles: z.string().min(1),
  scopes: z.string().min(1),
  funds: z.string().min(1),
  clientId: z.string().min(1),
  owner: z.string().min(1),
  apiVersion: z.string().min(1),
  fixedTenant: z.string().min(1),
  roleNames: z.record(z.string(), z.string()),
  scopesOfRole: z.record(z.string(), z.array(z.string())),
  mfaValues: z.array(z.string()),
} satisfies Record<keyof ClaimMapping, z.ZodType>);

/** A claim mapping as JSON; the built-in issuer's names apply where it has none. */
const claimsText = () =>
  z.string().transform((text, context): Partial<ClaimMapping> => {
    const parsed = z.safeParse(claimMapping.partial(), jsonOf(text));
    if (parsed.success) return withoutAbsent(parsed.data);
    const names = Object.keys(claimMapping.shape).join(", ");
    context.addIssue({ code: "custom", message: `must be a JSON object with any of ${names}` });
    return z.NEVER;
  });

/** Names separated by commas or spaces. */
const words = () =>
  z.string().transform((text) => text.split(/[\s,]+/).filter((word) => word !== ""));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const withoutAbsent = (mapping: z.output<ReturnType<typeof claimMapping.partial>>) =>
  Object.fromEntries(
    Object.entries(mapping).filter(([, value]) => value !== undefined),
  ) as Partial<ClaimMapping>;

/** Environment variables for a service's issuer and its own client. */
export const authenticationShape = {
  NODE_ENV: z.string().default("development"),
  /** The issuer whose tokens are accepted; required in production, else the issuer on this machine. */
  OIDC_ISSUER: httpUrl().optional(),
  /** URL of the issuer's keys; by default from its discovery document. */
  OIDC_JWKS_URI: httpUrl().optional(),
  /** URL of the token endpoint; by default from the discovery document. */
  OIDC_TOKEN_ENDPOINT: httpUrl().optional(),
  /** The audience that a token must have. */
  GRAPH_AUDIENCE: z.string().min(1).default("urn:allfunds:graph"),
  /** For an external issuer: its claim mapping, as JSON. */
  OIDC_CLAIMS: claimsText().optional(),
  /** How often the list of revoked tokens is read, in milliseconds. */
  OIDC_REVOCATIONS_EVERY_MS: z.coerce.number().int().min(50).max(60_000).default(10_000),
  OIDC_ALGORITHMS: words().default(["ES256"]),
  /** The `typ` of access tokens; `any` for an issuer that does not mark them. */
  OIDC_TOKEN_TYPE: z.string().min(1).default("at+jwt"),
  /** The service's own client at the issuer. */
  SYSTEM_CLIENT_ID: z.string().min(1).optional(),
  SYSTEM_CLIENT_SECRET: secret().optional(),
  /** Proxies whose X-Forwarded-For is trusted: addresses, networks or `loopback`. */
  TRUSTED_PROXIES: words().default(["loopback"]),
};
export type AuthenticationConfig = CommonConfig &
  Omit<Config<typeof authenticationShape>, "TRUSTED_PROXIES"> & {
    readonly TRUSTED_PROXIES?: readonly string[] | undefined;
  };

export interface Authentication {
  /** Verifies a request's token and creates its context. Throws UNAUTHENTICATED or UPSTREAM_UNAVAILABLE. */
  readonly contextOf: (headers: HeaderValues) => Promise<RequestContext>;
  /** Peers that may forward a client's address: the gateway, the bridge, a proxy. */
  readonly trustedProxies: readonly string[];
  readonly verifier: TokenVerifier;
  /** A readiness check: rejects while the service cannot verify tokens. */
  readonly ready: () => Promise<void>;
  /** The service's own tokens with these scopes; undefined when it has no client. */
  readonly systemCredentials: (...scopes: string[]) => ClientCredentials | undefined;
  /** Tokens of callers for work that outlives theirs; undefined when the service has no client. */
  readonly tokenExchange: () => TokenExchange | undefined;
}

/** The issuer whose tokens are accepted. */
export const issuerOf = (config: AuthenticationConfig): string =>
  config.OIDC_ISSUER ?? localIssuer(config);

/** Creates the verification of callers' tokens, and the service's own credentials, from its configuration. */
export function createAuthentication(config: AuthenticationConfig, logger: Logger): Authentication {
  const { TRUSTED_PROXIES: trustedProxies = [] } = config;
  const issuer = issuerOf(config);
  const endpoints = discovered(issuer);
  const verifier = cacheVerified(
    createTokenVerifier({
      issuer,
      audience: config.GRAPH_AUDIENCE,
      jwksUri: config.OIDC_JWKS_URI ?? (async () => (await endpoints()).jwksUri),
      claims: { ...OWN_CLAIMS, ...config.OIDC_CLAIMS },
      algorithms: config.OIDC_ALGORITHMS,
      typ: config.OIDC_TOKEN_TYPE === "any" ? undefined : config.OIDC_TOKEN_TYPE,
      revocations: revocationsOf(config, endpoints, logger),
    }),
  );
  return {
    contextOf: (headers) => authenticate(verifier, headers),
    trustedProxies,
    verifier,
    ready: verifier.ready,
    systemCredentials: (...scopes) => {
      const { SYSTEM_CLIENT_ID: clientId, SYSTEM_CLIENT_SECRET: clientSecret } = config;
      if (clientId === undefined || clientSecret === undefined) {
        logger.warn(
          { scopes },
          "SYSTEM_CLIENT_ID and SYSTEM_CLIENT_SECRET are not set: upstreams will refuse this service",
        );
        return undefined;
      }
      return new ClientCredentials({
        tokenEndpoint:
          config.OIDC_TOKEN_ENDPOINT ?? (async () => (await endpoints()).tokenEndpoint),
        clientId,
        clientSecret,
        resource: config.GRAPH_AUDIENCE,
        scopes,
      });
    },
    tokenExchange: () => {
      const { SYSTEM_CLIENT_ID: clientId, SYSTEM_CLIENT_SECRET: clientSecret } = config;
      if (clientId === undefined || clientSecret === undefined) return undefined;
      return new TokenExchange({
        tokenEndpoint: async () => config.OIDC_TOKEN_ENDPOINT ?? (await endpoints()).tokenEndpoint,
        grantTypes: async () => (await endpoints()).grantTypes,
        clientId,
        clientSecret,
        resource: config.GRAPH_AUDIENCE,
        verify: verifier.verify,
      });
    },
  };
}

/** Read with the service's own client; a service without one accepts tokens until they expire. */
function revocationsOf(
  config: AuthenticationConfig,
  endpoints: () => Promise<IssuerEndpoints>,
  logger: Logger,
): Revocations | undefined {
  const { SYSTEM_CLIENT_ID: clientId, SYSTEM_CLIENT_SECRET: clientSecret } = config;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return new Revocations({
    endpoint: async () => (await endpoints()).revocations,
    credentials: new ClientCredentials({
      tokenEndpoint: config.OIDC_TOKEN_ENDPOINT ?? (async () => (await endpoints()).tokenEndpoint),
      clientId,
      clientSecret,
      resource: config.GRAPH_AUDIENCE,
      scopes: [],
    }),
    logger,
    readEveryMs: config.OIDC_REVOCATIONS_EVERY_MS,
  });
}

function localIssuer({ NODE_ENV, PORT_OFFSET }: AuthenticationConfig): string {
  if (NODE_ENV !== "production") return `http://localhost:${ISSUER_PORT + PORT_OFFSET}`;
  throw new ConfigError("authentication", [
    "OIDC_ISSUER: must be set in production, to the issuer whose tokens are accepted",
  ]);
}

/** Requires no token: for tests, and for a graph that is public on purpose. */
export const OPEN_TO_ALL: Pick<Authentication, "contextOf" | "ready"> = {
  contextOf: async (headers) => openContext(headers),
  ready: () => Promise.resolve(),
};
