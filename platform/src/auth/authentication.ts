import { z } from "zod";
import { ConfigError, secret, type CommonConfig, type Config } from "../config.ts";
import { openContext, type HeaderValues, type RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { ClientCredentials } from "./client-credentials.ts";
import { authenticate } from "./context-from-token.ts";
import { discovered } from "./discover-issuer.ts";
import { OWN_CLAIMS } from "./map-claims.ts";
import { claimsText, words } from "./oidc-variables.ts";
import { rememberVerified } from "./remember-verified.ts";
import { createTokenVerifier, type TokenVerifier } from "./token-verifier.ts";

const ISSUER_PORT = 4100;

const httpUrl = () => z.url({ protocol: /^https?$/ });

/** What a service reads of its environment to know its issuer and itself. */
export const authenticationShape = {
  NODE_ENV: z.string().default("development"),
  /** Whose tokens count; in production it must be said, elsewhere it is the issuer on this machine. */
  OIDC_ISSUER: httpUrl().optional(),
  /** Where the issuer's keys are; by default where its discovery document says. */
  OIDC_JWKS_URI: httpUrl().optional(),
  /** Where tokens are made; by default where its discovery document says. */
  OIDC_TOKEN_ENDPOINT: httpUrl().optional(),
  /** What a token must be meant for. */
  GRAPH_AUDIENCE: z.string().min(1).default("urn:allfunds:graph"),
  /** For an external issuer: where its tokens keep what we need, as JSON. */
  OIDC_CLAIMS: claimsText().optional(),
  OIDC_ALGORITHMS: words().default(["ES256"]),
  /** The `typ` of access tokens; `any` for an issuer that does not mark them. */
  OIDC_TOKEN_TYPE: z.string().min(1).default("at+jwt"),
  /** The service's own client at the issuer. */
  SYSTEM_CLIENT_ID: z.string().min(1).optional(),
  SYSTEM_CLIENT_SECRET: secret().optional(),
  /** Whose X-Forwarded-For is believed: addresses, networks or `loopback`. */
  TRUSTED_PROXIES: words().default(["loopback"]),
};
export type AuthenticationConfig = CommonConfig &
  Omit<Config<typeof authenticationShape>, "TRUSTED_PROXIES"> & {
    readonly TRUSTED_PROXIES?: readonly string[] | undefined;
  };

export interface Authentication {
  /** Verifies a request's token and makes its context. Throws UNAUTHENTICATED or UPSTREAM_UNAVAILABLE. */
  readonly contextOf: (headers: HeaderValues) => Promise<RequestContext>;
  /** Who may say in whose name it asks: the gateway, the bridge, a proxy. */
  readonly trustedProxies: readonly string[];
  readonly verifier: TokenVerifier;
  /** Rejects while no token could be verified: a check for the service's readiness. */
  readonly ready: () => Promise<void>;
  /** The service's own tokens with these scopes; undefined where it has no client of its own. */
  readonly systemCredentials: (...scopes: string[]) => ClientCredentials | undefined;
}

/** How a service knows its callers, and itself at its neighbours, from its environment. */
export function createAuthentication(config: AuthenticationConfig, logger: Logger): Authentication {
  const { OIDC_ISSUER: issuer = localIssuer(config), TRUSTED_PROXIES: trustedProxies = [] } =
    config;
  const endpoints = discovered(issuer);
  const verifier = rememberVerified(
    createTokenVerifier({
      issuer,
      audience: config.GRAPH_AUDIENCE,
      jwksUri: config.OIDC_JWKS_URI ?? (async () => (await endpoints()).jwksUri),
      claims: { ...OWN_CLAIMS, ...config.OIDC_CLAIMS },
      algorithms: config.OIDC_ALGORITHMS,
      typ: config.OIDC_TOKEN_TYPE === "any" ? undefined : config.OIDC_TOKEN_TYPE,
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
          "no SYSTEM_CLIENT_ID and SYSTEM_CLIENT_SECRET: neighbours refuse us",
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
  };
}

function localIssuer({ NODE_ENV, PORT_OFFSET }: AuthenticationConfig): string {
  if (NODE_ENV !== "production") return `http://localhost:${ISSUER_PORT + PORT_OFFSET}`;
  throw new ConfigError("authentication", [
    "OIDC_ISSUER: must be set in production, to the issuer whose tokens count",
  ]);
}

/** Asks nobody for a token: for tests, and for serving a graph that is public on purpose. */
export const OPEN_TO_ALL: Pick<Authentication, "contextOf" | "ready"> = {
  contextOf: async (headers) => openContext(headers),
  ready: () => Promise.resolve(),
};
