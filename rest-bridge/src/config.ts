import { loadConfig, neighbourUrl, port } from "@allfunds/platform";
import { z } from "zod";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);

const shape = {
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
};

export const loadBridgeConfig = (env?: NodeJS.ProcessEnv) => loadConfig("rest-bridge", shape, env);
