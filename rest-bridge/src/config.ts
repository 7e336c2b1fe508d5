import { authenticationShape } from "@allfunds/platform/auth";
import { loadConfig, neighbourUrl, port } from "@allfunds/platform/config";
import { z } from "zod";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);

/** Where the built-in issuer makes tokens; another issuer's place is named by REST_TOKEN_URL. */
const TOKEN_PATH = "/oauth/token";

const shape = {
  ...authenticationShape,
  /** Every endpoint. */
  REST_PORT: port(8000),
  /** The analytics endpoints alone, on their documented port. */
  REST_ANALYTICS_PORT: port(8001),
  /** The metrics endpoints alone, on their documented port. */
  REST_METRICS_PORT: port(8002),
  GATEWAY_URL: neighbourUrl(4000),
  /** The issuer's service, which keeps the audit trail. */
  IDENTITY_URL: neighbourUrl(4100),
  /** A little longer than the gateway waits for a subgraph, so that its own answer arrives. */
  GATEWAY_QUERY_TIMEOUT_MS: milliseconds(12_000),
  GATEWAY_MUTATION_TIMEOUT_MS: milliseconds(33_000),
  /** Where clients get their tokens, for the document; the built-in issuer's endpoint by default. */
  REST_TOKEN_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Largest request body in bytes. */
  REST_BODY_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 * 1024 * 1024),
};

export const loadBridgeConfig = (env?: NodeJS.ProcessEnv) => loadConfig("rest-bridge", shape, env);

const ISSUER_PORT = 4100;

/** The token endpoint of the built-in issuer on this machine. */
export const LOCAL_TOKEN_URL = `http://localhost:${ISSUER_PORT}${TOKEN_PATH}`;

/** Where clients get their tokens, as the document tells them: services may know the issuer by another name. */
export const tokenUrlOf = ({
  REST_TOKEN_URL: named,
  OIDC_ISSUER: issuer,
  PORT_OFFSET: offset,
}: {
  readonly REST_TOKEN_URL?: string | undefined;
  readonly OIDC_ISSUER?: string | undefined;
  readonly PORT_OFFSET: number;
}): string => named ?? `${issuer ?? `http://localhost:${ISSUER_PORT + offset}`}${TOKEN_PATH}`;
