import { authenticationShape, loadConfig, neighbourUrl, port } from "@allfunds/platform";
import { z } from "zod";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);

/** Where the built-in issuer makes tokens; another issuer's place is named by OIDC_TOKEN_ENDPOINT. */
const TOKEN_PATH = "/oauth/token";

const list = () =>
  z.string().transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );

const shape = {
  ...authenticationShape,
  /** Every endpoint. */
  REST_PORT: port(8000),
  /** The analytics endpoints alone, on their documented port. */
  REST_ANALYTICS_PORT: port(8001),
  /** The metrics endpoints alone, on their documented port. */
  REST_METRICS_PORT: port(8002),
  GATEWAY_URL: neighbourUrl(4000),
  /** A little longer than the gateway waits for a subgraph, so that its own answer arrives. */
  GATEWAY_QUERY_TIMEOUT_MS: milliseconds(12_000),
  GATEWAY_MUTATION_TIMEOUT_MS: milliseconds(33_000),
  /** Largest request body in bytes. */
  REST_BODY_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .default(2 * 1024 * 1024),
  /** Addresses or networks of the proxies whose X-Forwarded-For is believed, separated by commas. */
  TRUSTED_PROXIES: list().optional(),
};

export const loadBridgeConfig = (env?: NodeJS.ProcessEnv) => loadConfig("rest-bridge", shape, env);

/** The token endpoint of the built-in issuer on this machine. */
export const LOCAL_TOKEN_URL = `http://localhost:4100${TOKEN_PATH}`;

/** Where clients get their tokens, as far as the configuration tells. */
export const tokenUrlOf = ({
  OIDC_TOKEN_ENDPOINT: endpoint,
  OIDC_ISSUER: issuer,
}: {
  readonly OIDC_TOKEN_ENDPOINT?: string | undefined;
  readonly OIDC_ISSUER?: string | undefined;
}): string => endpoint ?? (issuer === undefined ? LOCAL_TOKEN_URL : `${issuer}${TOKEN_PATH}`);
