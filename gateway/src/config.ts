import { loadConfig, port, secret } from "@allfunds/platform";
import { z } from "zod";
import { STANDARD_LIMITS, type Limits } from "./guard/limits/limits.ts";

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
  GATEWAY_MAX_TOKENS: count(STANDARD_LIMITS.tokens),
  GATEWAY_MAX_DEPTH: count(STANDARD_LIMITS.depth),
  GATEWAY_MAX_FIELDS: count(STANDARD_LIMITS.fields),
  GATEWAY_MAX_ROOT_FIELDS: count(STANDARD_LIMITS.rootFields),
  GATEWAY_MAX_ALIASES: count(STANDARD_LIMITS.aliases),
  GATEWAY_REQUEST_TIMEOUT_MS: milliseconds(20_000),
  SUBGRAPH_QUERY_TIMEOUT_MS: milliseconds(10_000),
  SUBGRAPH_MUTATION_TIMEOUT_MS: milliseconds(30_000),
  SUBSCRIPTION_EVENT_TIMEOUT_MS: milliseconds(10_000),
  /** Events a subscriber may be behind before its subscription is ended. */
  SUBSCRIPTION_QUEUE_LIMIT: count(1_000),
  /** Shares persisted queries between replicas; without it each remembers its own. */
  REDIS_URL: secret().optional(),
};

export const loadGatewayConfig = () => loadConfig("gateway", shape);

type GatewayConfig = ReturnType<typeof loadGatewayConfig>;

/** The limits that may be set, and our own for the rest. */
export const limitsFrom = (config: GatewayConfig): Limits => ({
  ...STANDARD_LIMITS,
  tokens: config.GATEWAY_MAX_TOKENS,
  depth: config.GATEWAY_MAX_DEPTH,
  fields: config.GATEWAY_MAX_FIELDS,
  rootFields: config.GATEWAY_MAX_ROOT_FIELDS,
  aliases: config.GATEWAY_MAX_ALIASES,
});
