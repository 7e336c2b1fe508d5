import { loadConfig, port, secret } from "@allfunds/platform";
import { z } from "zod";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

const shape = {
  GATEWAY_PORT: port(4000),
  /** A composed supergraph to serve instead of the project's own. */
  GATEWAY_SUPERGRAPH: z.string().optional(),
  /** Largest request body and WebSocket message in bytes; a statement import fits. */
  GATEWAY_BODY_LIMIT: count(4 * 1024 * 1024),
  GATEWAY_INTROSPECTION: z.stringbool().default(true),
  GATEWAY_MAX_TOKENS: count(5_000),
  SUBGRAPH_QUERY_TIMEOUT_MS: milliseconds(10_000),
  SUBGRAPH_MUTATION_TIMEOUT_MS: milliseconds(30_000),
  SUBSCRIPTION_EVENT_TIMEOUT_MS: milliseconds(10_000),
  /** Events a subscriber may be behind before its subscription is ended. */
  SUBSCRIPTION_QUEUE_LIMIT: count(1_000),
  /** Shares persisted queries between replicas; without it each remembers its own. */
  REDIS_URL: secret().optional(),
};

export const loadGatewayConfig = () => loadConfig("gateway", shape);
