import { isIP } from "node:net";
import { z } from "zod";
import { claimMappingSchema, OWN_CLAIMS, type ClaimMapping } from "@allfunds/contract/claims";
import { TOKEN_FORWARD } from "@allfunds/contract/scopes";
import { ConfigError, secret, type CommonConfig, type Config } from "../config.ts";
import { openContext, type HeaderValues, type RequestContext } from "../context.ts";
import type { Logger } from "../logging.ts";
import { ClientCredentials } from "./client-credentials.ts";
import { authenticate } from "./context-from-token.ts";
import { discovered, type IssuerEndpoints } from "./discover-issuer.ts";
import { Revocations } from "./revocations.ts";
import { cacheVerified } from "./cache-verified.ts";
import type { Coming } from "./possession.ts";
import { ProofVerifier, type UsedProofs } from "./proof.ts";
import { TokenExchange } from "./token-exchange.ts";
import { createTokenVerifier, type TokenVerifier } from "./token-verifier.ts";

const ISSUER_PORT = 4100;

const httpUrl = () => z.url({ protocol: /^https?$/ });

/** A claim mapping as JSON; the built-in issuer's names apply where it has none. */
const claimsText = () =>
  z.string().transform((text, context): Partial<ClaimMapping> => {
    const parsed = z.safeParse(claimMappingSchema.partial(), jsonOf(text));
    if (parsed.success) return withoutAbsent(parsed.data);
    const names = Object.keys(claimMappingSchema.shape).join(", ");
    context.addIssue({ code: "custom", message: `must be a JSON object with any of ${names}` });
    return z.NEVER;
  });

/** Names separated by commas or spaces. */
const words = () =>
  z.string().transform((text) => text.split(/[\s,]+/).filter((word) => word !== ""));

/** Signatures by a key of which services hold the public part. */
const ALGORITHM = /^(?:(?:ES|PS|RS)(?:256|384|512)|EdDSA|Ed25519)$/;

const NAMED_NETWORKS = new Set(["loopback", "linklocal", "uniquelocal"]);

/** An address, a network as address and length or mask, or the name of one. */
function isNetwork(text: string): boolean {
  const [address = "", size, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return NAMED_NETWORKS.has(text);
  if (size === undefined || (version === 4 && isIP(size) === 4)) return true;
  return /^[1-9]\d{0,2}$/.test(size) && Number(size) <= (version === 4 ? 32 : 128);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const withoutAbsent = (mapping: z.output<ReturnType<typeof claimMappingSchema.partial>>) =>
  Object.fromEntries(
    Object.entries(mapping).filter(([, value]) => value !== undefined),
  ) as Partial<ClaimMapping>;

/** Environment variables for a service's issuer and its own client. */
export const authenticationShape = {
  NODE_ENV: z
    .string()
    .default("development")
    .describe("In `production` the issuer and every secret must be given."),
  OIDC_ISSUER: httpUrl()
    .optional()
    .describe(
      "The issuer whose tokens are accepted; required in production, else the issuer on this machine.",
    ),
  OIDC_JWKS_URI: httpUrl()
    .optional()
    .describe("URL of the issuer's keys; by default from its discovery document."),
  OIDC_TOKEN_ENDPOINT: httpUrl()
    .optional()
    .describe("URL of the token endpoint; by default from the discovery document."),
  GRAPH_AUDIENCE: z
    .string()
    .min(1)
    .default("urn:allfunds:graph")
    .describe("The audience that a token must have."),
  OIDC_CLAIMS: claimsText()
    .optional()
    .describe(
      "Where another issuer's tokens state tenant, user and scopes, as JSON: docs/identity.md.",
    ),
  OIDC_REVOCATIONS_EVERY_MS: z.coerce
    .number()
    .int()
    .min(50)
    .max(60_000)
    .default(10_000)
    .describe("How often the list of revoked tokens is read, in milliseconds."),
  OIDC_ALGORITHMS: words()
    .refine(
      (list) => list.length > 0 && list.every((name) => ALGORITHM.test(name)),
      "must be ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384, RS512, EdDSA or Ed25519, separated by commas",
    )
    .default(["ES256"])
    .describe("The algorithms of accepted signatures, separated by commas."),
  OIDC_TOKEN_TYPE: z
    .string()
    .min(1)
    .default("at+jwt")
    .describe("The `typ` of access tokens; `any` for an issuer that does not mark them."),
  DPOP_NONCE_SECRET: secret()
    .optional()
    .describe(
      "When set, DPoP proofs must have a nonce that services make with it; replicas share it.",
    ),
  SYSTEM_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe("The service's own client at the issuer."),
  SYSTEM_CLIENT_SECRET: secret()
    .optional()
    .describe("That client's secret; `npm start` makes both."),
  TRUSTED_PROXIES: words()
    .refine((list) => list.every(isNetwork), "must be addresses, networks or `loopback`")
    .default(["loopback"])
    .describe("Proxies whose X-Forwarded-For is trusted: addresses, networks or `loopback`."),
};
export type AuthenticationConfig = CommonConfig &
  Omit<Config<typeof authenticationShape>, "TRUSTED_PROXIES" | "DPOP_NONCE_SECRET"> & {
    readonly TRUSTED_PROXIES?: readonly string[] | undefined;
    readonly DPOP_NONCE_SECRET?: string | undefined;
  };

/** A service that clients reach themselves: it verifies the proofs of tokens that are bound to keys. */
interface Edge {
  /** The addresses by which clients reach it. */
  readonly origins: readonly string[];
  /** Holds which proofs were used; those of this process unless given. */
  readonly usedProofs?: UsedProofs | undefined;
}

export interface Authentication {
  /** Verifies a request's token and creates its context. Throws UNAUTHENTICATED or UPSTREAM_UNAVAILABLE. */
  readonly contextOf: (headers: HeaderValues, coming?: Coming) => Promise<RequestContext>;
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

/** What a service does with tokens that are bound to their callers' keys, beside accepting forwarded ones. */
export interface BoundTokens {
  readonly edge?: Edge;
  /** Whether it calls others with its callers' tokens; its client then has the scope `token:forward`. */
  readonly forwards?: boolean;
}

/** Creates the verification of callers' tokens, and the service's own credentials, from its configuration. */
export function createAuthentication(
  config: AuthenticationConfig,
  logger: Logger,
  { edge, forwards = edge !== undefined }: BoundTokens = {},
): Authentication {
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
  const credentialsWith = (
    clientId: string,
    clientSecret: string,
    scopes: readonly string[],
  ): ClientCredentials =>
    new ClientCredentials({
      tokenEndpoint: config.OIDC_TOKEN_ENDPOINT ?? (async () => (await endpoints()).tokenEndpoint),
      clientId,
      clientSecret,
      resource: config.GRAPH_AUDIENCE,
      scopes,
    });
  const { SYSTEM_CLIENT_ID: ownId, SYSTEM_CLIENT_SECRET: ownSecret } = config;
  const rules = {
    verifier,
    proofs: edge && proofsOf(edge, config),
    forwarder:
      ownId === undefined || ownSecret === undefined || !forwards
        ? undefined
        : credentialsWith(ownId, ownSecret, [TOKEN_FORWARD]),
  };
  return {
    contextOf: (headers, coming) => authenticate(rules, headers, coming),
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
      return credentialsWith(clientId, clientSecret, scopes);
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

const proofsOf = (
  { origins, usedProofs }: Edge,
  { DPOP_NONCE_SECRET: nonceSecret }: AuthenticationConfig,
): ProofVerifier => new ProofVerifier({ origins, used: usedProofs, nonceSecret });

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
