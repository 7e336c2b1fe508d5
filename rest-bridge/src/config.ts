import { authenticationShape } from "@allfunds/platform/auth";
import {
  loadConfig,
  origins,
  port,
  serverUrl,
  upstreamUrl,
  upstreamUrls,
} from "@allfunds/platform/config";
import { z } from "zod";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);

/** The bridge's view of the environment. */
export type Config = ReturnType<typeof readConfig>;

/** The variables that the service reads. */
export const variables = {
  ...authenticationShape,
  REST_PORT: port(8000).describe("The port of every endpoint."),
  REST_ANALYTICS_PORT: port(8001).describe("The port of the endpoints of analytics."),
  REST_METRICS_PORT: port(8002).describe("The port of the endpoints of metrics."),
  GATEWAY_URL: upstreamUrls(4000).describe(
    "The gateway; several replicas are separated by commas.",
  ),
  CORS_ORIGINS: origins().describe("Origins whose pages may call the bridge from browsers."),
  IDENTITY_URL: upstreamUrl(4100).describe("The identity service, which stores the audit log."),
  GATEWAY_QUERY_TIMEOUT_MS: milliseconds(12_000).describe(
    "The longest wait for a query, in milliseconds: a little longer than the gateway waits for a subgraph, so that its own answer arrives.",
  ),
  GATEWAY_MUTATION_TIMEOUT_MS: milliseconds(33_000).describe(
    "The longest wait for a mutation, in milliseconds.",
  ),
  REST_TOKEN_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "Where clients get their tokens, for the OpenAPI document; the built-in issuer's endpoint by default.",
    ),
  REST_EXPLORER_CLIENT_ID: z
    .string()
    .min(1)
    .optional()
    .describe("The public application by which users sign in to the explorer at /docs."),
  REST_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("The address by which clients reach the bridge; problems name pages there."),
  REDIS_URL: serverUrl("redis", "rediss")
    .optional()
    .describe(
      "Where replicas share which proofs of keys were used; without it each keeps its own.",
    ),
  REST_BODY_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 * 1024 * 1024)
    .describe("The largest request body, in bytes."),
};

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig("rest-bridge", variables, env);

/** The address by which clients reach the bridge, without a slash at its end. */
export const publicUrlOf = ({
  REST_PUBLIC_URL: configured,
  REST_PORT: port,
}: Pick<Config, "REST_PUBLIC_URL" | "REST_PORT">): string =>
  (configured ?? `http://localhost:${port}`).replace(/\/$/, "");

/** The addresses for which clients make proofs of their keys (RFC 9449, `htu`). */
export const originsOf = (config: Config): readonly string[] => [
  publicUrlOf(config),
  ...(config.REST_PUBLIC_URL === undefined
    ? [config.REST_ANALYTICS_PORT, config.REST_METRICS_PORT].map((own) => `http://localhost:${own}`)
    : []),
];

const ISSUER_PORT = 4100;

/** The token endpoint of the built-in issuer; REST_TOKEN_URL names that of another issuer. */
const TOKEN_PATH = "/oauth/token";

/** The token endpoint of the built-in issuer on this machine. */
export const LOCAL_TOKEN_URL = `http://localhost:${ISSUER_PORT}${TOKEN_PATH}`;

/** The issuer of tokens: the one on this machine unless configured. */
export const issuerOf = ({
  OIDC_ISSUER: issuer,
  PORT_OFFSET: offset,
}: Pick<Config, "OIDC_ISSUER" | "PORT_OFFSET">): string =>
  issuer ?? `http://localhost:${ISSUER_PORT + offset}`;

/** Where clients get their tokens. Services may reach the issuer at another address. */
export const tokenUrlOf = ({
  REST_TOKEN_URL: configured,
  ...rest
}: Pick<Config, "REST_TOKEN_URL" | "OIDC_ISSUER" | "PORT_OFFSET">): string =>
  configured ?? `${issuerOf(rest)}${TOKEN_PATH}`;
