import { z } from "zod";
import { secret, type Config } from "../config.ts";
import { contextFromHeaders, type HeaderValues, type RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { ClientCredentials } from "./client-credentials.ts";
import { authenticate } from "./context-from-token.ts";
import { discovered } from "./discover-issuer.ts";
import { OWN_CLAIMS } from "./map-claims.ts";
import { claimsText, words } from "./oidc-variables.ts";
import { rememberVerified } from "./remember-verified.ts";
import { createTokenVerifier, type TokenVerifier } from "./token-verifier.ts";

const httpUrl = () => z.url({ protocol: /^https?$/ });

/** What a service reads of its environment to know its issuer and itself. */
export const authenticationShape = {
  /** Whose tokens count. */
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
export type AuthenticationConfig = Omit<Config<typeof authenticationShape>, "TRUSTED_PROXIES"> & {
  readonly TRUSTED_PROXIES?: readonly string[] | undefined;
};

export interface Authentication {
  /** Verifies a request's token and makes its context. Throws UNAUTHENTICATED or UPSTREAM_UNAVAILABLE. */
  readonly contextOf: (headers: HeaderValues) => Promise<RequestContext>;
  /** Who may say in whose name it asks: the gateway, the bridge, a proxy. */
  readonly trustedProxies: readonly string[];
  /** Absent while no issuer is configured: then nobody is asked for a token. */
  readonly verifier: TokenVerifier | undefined;
  /** Rejects while no token could be verified: a check for the service's readiness. */
  readonly ready: () => Promise<void>;
  /** The service's own tokens with these scopes; undefined where no issuer is configured. */
  readonly systemCredentials: (...scopes: string[]) => ClientCredentials | undefined;
}

/** How a service knows its callers, and itself at its neighbours, from its environment. */
export function createAuthentication(config: AuthenticationConfig, logger: Logger): Authentication {
  const { OIDC_ISSUER: issuer, TRUSTED_PROXIES: trustedProxies = [] } = config;
  if (issuer === undefined) return openToAll(trustedProxies, logger);
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

function openToAll(trustedProxies: readonly string[], logger: Logger): Authentication {
  logger.warn("OIDC_ISSUER is not set: nobody is asked for a token");
  return {
    contextOf: (headers) => Promise.resolve().then(() => contextFromHeaders(headers)),
    trustedProxies,
    verifier: undefined,
    ready: () => Promise.resolve(),
    systemCredentials: () => undefined,
  };
}
